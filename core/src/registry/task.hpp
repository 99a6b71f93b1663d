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

  /// `first`: done before the answer is given, so that whoever has the answer comes after it in the queue.
  Task(std::vector<std::int64_t> locks, Work work, Callback<T> done, std::function<void()> first = {})
      : locks_(std::move(locks)), work_(std::move(work)), done_(std::move(done)), first_(std::move(first)) {}

  void locks(std::vector<std::int64_t>& all) const override { all.insert(all.end(), locks_.begin(), locks_.end()); }
  void run(Rules& rules) override { result_.emplace(work_(rules)); }
  void settle() override {
    if (!result_) {
      Error error;
      error.kind = ErrorKind::internal;
      error.message = "the call was not made";
      return fail(error);
    }
    if (first_) first_();
    done_(std::move(*result_));
  }
  void fail(const Error& error) override { done_(error); }

 private:
  std::vector<std::int64_t> locks_;
  Work work_;
  Callback<T> done_;
  std::function<void()> first_;
  std::optional<Result<T>> result_;
};

template <class T>
class OwnTask final : public Job {
 public:
  OwnTask(std::function<void(Callback<T>)> ask, Callback<T> done) : ask_(std::move(ask)), done_(std::move(done)) {}
  void run(Rules&) override {}
  void settle() override { ask_(std::move(done_)); }
  void fail(const Error& error) override { done_(error); }

 private:
  std::function<void(Callback<T>)> ask_;
  Callback<T> done_;
};

}  // namespace bonin::registry_detail
