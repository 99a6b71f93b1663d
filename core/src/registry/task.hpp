#pragma once
// The two kinds of calls: one that a store answers, one that the application answers itself.

#include <functional>
#include <optional>

#include "registry/job.hpp"

namespace bonin::registry_detail {

template <class T>
class Task final : public Job {
 public:
  using Work = std::function<Result<T>(Rules&)>;
  struct Options {
    std::vector<std::int64_t> locks{};
    Wanted wanted{};
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
  void wants(Wanted& all) const override { all.add(options_.wanted); }
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

/// One slice of a long write. A slice that is tried again begins where it began before.
template <class Progress>
class Slice final : public Job {
 public:
  using Step = std::function<bool(Rules&, Progress&)>;  // true: there is more to do
  struct Plan {
    Plan(Step step, std::function<void(std::unique_ptr<Job>)> post, std::function<void(Progress)> last)
        : step(std::move(step)), post(std::move(post)), last(std::move(last)) {}
    const Step step;
    const std::function<void(std::unique_ptr<Job>)> post;  // behind the calls that wait by then
    const std::function<void(Progress)> last;
  };

  Slice(std::shared_ptr<Pending> call, std::shared_ptr<const Plan> plan, Progress begins)
      : Job(std::move(call)), plan_(std::move(plan)), begins_(std::move(begins)) {}

  void run(Rules& rules) override {
    ends_ = begins_;
    more_ = plan_->step(rules, *ends_);
  }
  void skip() override { ends_.reset(); }
  void settle() override {
    if (call->ended()) return;  // nobody waits: what is left stays
    if (!ends_) return call->fail(make_error(ErrorKind::internal, "the call was not made"));
    if (!more_) return plan_->last(std::move(*ends_));
    plan_->post(std::make_unique<Slice>(call, plan_, std::move(*ends_)));
  }

 private:
  const std::shared_ptr<const Plan> plan_;
  const Progress begins_;
  std::optional<Progress> ends_;
  bool more_ = false;
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
