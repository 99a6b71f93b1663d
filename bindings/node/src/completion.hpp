#pragma once
// The end of a call, and the queue that carries it from the I/O thread to its JavaScript thread.

#include <node_api.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bonin/bonin.hpp"

using Answer =
    std::variant<bonin::Done, bool, std::int64_t, std::string, std::optional<std::string>, bonin::VerificationPtr,
                 bonin::Decision, bonin::JudgedPtr, bonin::PortOneV2::Page, bonin::OtpSent, bonin::CheckReport,
                 bonin::Claim, bonin::Standing, bonin::Standing::Use, bonin::Admission, bonin::Reserved, bonin::Counts,
                 bonin::PersonPage, std::vector<bonin::PepperCount>, bonin::ImportBatch, std::unique_ptr<bonin::Error>>;

struct Completion {
  std::uint32_t slot;  // which call of lib/calls.js
  Answer answer;
};

/// Something to do on the JavaScript thread that settles no call.
using Errand = std::function<void(napi_env)>;

/// Any thread pushes. The JavaScript thread takes everything at once.
class CompletionQueue {
 public:
  /// Wakes the JavaScript thread, once a batch: not again until it has taken everything. Drops the completion when the
  /// queue is closed.
  void push(Completion completion) {
    std::lock_guard lock(mutex_);
    if (bell_ == nullptr) return;
    items_.push_back(std::move(completion));
    ring();
  }

  /// False when the queue is closed; the task will not run.
  bool send(Errand errand) {
    std::lock_guard lock(mutex_);
    if (bell_ == nullptr) return false;
    errands_.push_back(std::move(errand));
    ring();
    return true;
  }

  /// Takes until nothing is left. Only then does the next push wake the thread again.
  bool take(std::vector<Completion>& into, std::vector<Errand>& errands) {
    std::lock_guard lock(mutex_);
    items_.swap(into);
    errands_.swap(errands);
    rung_ = !into.empty() || !errands.empty();
    return rung_;
  }

  void open(napi_threadsafe_function bell) {
    std::lock_guard lock(mutex_);
    bell_ = bell;
  }

  /// Drops every later completion. Returns the thread-safe function.
  napi_threadsafe_function close() {
    std::vector<Completion> dropped;
    std::vector<Errand> undone;
    std::lock_guard lock(mutex_);
    items_.swap(dropped);
    errands_.swap(undone);
    return std::exchange(bell_, nullptr);
  }

 private:
  // Under the lock, so that close() cannot take the thread-safe function away in between.
  void ring() {
    if (!std::exchange(rung_, true)) napi_call_threadsafe_function(bell_, nullptr, napi_tsfn_nonblocking);
  }

  std::mutex mutex_;
  std::vector<Completion> items_;
  std::vector<Errand> errands_;
  bool rung_ = false;
  napi_threadsafe_function bell_ = nullptr;
};
