#pragma once
// The two kinds of calls: one that a store answers, one that the application answers itself.

#include <functional>
#include <optional>

#include "registry/lane.hpp"

namespace bonin::registry_detail {

template <class T>
class Task final : public Job {
 public:
  using Work = std::function<Result<T>(Rules&)>;
  struct Options {
    std::vector<std::int64_t> locks{};
    /// Runs before the answer is given, so that a caller who has the answer comes after it in the queue.
    std::function<void()> first{};
    /// Runs in place of the answer when nobody waits for it any more.
    std::function<void(const T&)> undo{};
  };

  Task(std::shared_ptr<Answer<T>> answer, Work work, Options options)
      : Job(answer), answer_(std::move(answer)), work_(std::move(work)), options_(std::move(options)) {}

  void locks(std::vector<std::int64_t>& all) const override {
    all.insert(all.end(), options_.locks.begin(), options_.locks.end());
  }
  void run(Rules& rules) override { result_.emplace(work_(rules)); }
  void skip() override { result_.reset(); }
  void settle() override {
    if (!result_) {  // no result and no caller: only a bug leads here
      return call->fail(make_error(ErrorKind::internal, "the call was not made"));
    }
    if (options_.first) options_.first();
    if (answer_->give(std::move(*result_))) return;
    if (options_.undo && *result_) options_.undo(result_->value());
  }

 private:
  const std::shared_ptr<Answer<T>> answer_;
  const Work work_;
  const Options options_;
  std::optional<Result<T>> result_;
};

/// `ask` is given what to answer to, once, on any thread.
class OwnTask final : public Job {
 public:
  OwnTask(std::shared_ptr<Pending> call, std::function<void()> ask) : Job(std::move(call)), ask_(std::move(ask)) {}
  void run(Rules&) override {}
  void skip() override {}
  void settle() override {
    if (!call->ended()) ask_();
  }

 private:
  const std::function<void()> ask_;
};

}  // namespace bonin::registry_detail
