#pragma once
// What belongs to one JavaScript environment. The main thread has one, and each worker has its own.

#include <napi.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "bonin/bonin.hpp"
#include "completion.hpp"

class Environment {
 public:
  static Environment& of(napi_env env);

  explicit Environment(Napi::Env env);
  ~Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  /// The JavaScript half: what makes errors, and the certificates that Node brings.
  void install(Napi::Function make_error, Napi::Function bring_certificates);
  /// Before the first call: `deliver(slot, value, slot, value, …)`, with `~slot` for an error.
  void deliver_to(Napi::Function deliver) { deliver_ = Napi::Persistent(deliver); }

  bool is_main_thread() const noexcept { return is_main_thread_; }

  const Napi::FunctionReference& make_error() const { return make_error_; }
  const Napi::FunctionReference& bring_certificates() const { return bring_certificates_; }

  /// Starts a call. `start` is given the callback and answers the Call; the result arrives at `deliver` under `slot`.
  template <class T, class Start>
  void begin(std::uint32_t slot, Start start) {
    hold(slot);
    try {
      calls_[slot] = start(bonin::Callback<T>([queue = queue_, slot](bonin::Result<T> result) {
        if (result) {
          queue->push({slot, Answer(std::in_place_type<T>, std::move(result).value())});
        } else {
          queue->push({slot, std::make_unique<bonin::Error>(std::move(result).error())});
        }
      }));
    } catch (...) {
      let_go(1);  // the call never began, so node must not wait for its end
      throw;
    }
  }

  void cancel(std::uint32_t slot) const;

  /// The number of the call that is being begun, for its log events and its questions to an own store; 0: none.
  std::uint64_t caller() const noexcept { return caller_; }
  void call_for(std::uint64_t caller) noexcept { caller_ = caller; }

  /// For other threads that have a task for this JavaScript thread. The queue outlives the environment.
  const std::shared_ptr<CompletionQueue>& queue() const { return queue_; }

 private:
  static void ring(napi_env env, napi_value, void* context, void*);
  static void end(void* self);
  void hold(std::uint32_t slot);
  void let_go(std::size_t calls);
  void drain();
  void deliver(Completion* items, std::size_t count);
  void run_errands();
  void close();

  napi_env env_;
  std::shared_ptr<CompletionQueue> queue_;
  napi_threadsafe_function bell_ = nullptr;
  std::vector<Completion> batch_;   // kept for its memory
  std::vector<Errand> errands_;     // likewise
  std::vector<bonin::Call> calls_;  // by slot
  std::size_t pending_ = 0;
  std::uint64_t caller_ = 0;
  const bool is_main_thread_;
  Napi::FunctionReference deliver_;
  Napi::FunctionReference make_error_;
  Napi::FunctionReference bring_certificates_;
};
