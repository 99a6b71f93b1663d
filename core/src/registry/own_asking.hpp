#pragma once
// One call to an application's own store. It asks the application's functions one after another; when it has ended, no
// more are asked.

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "registry/own_store.hpp"

namespace bonin::registry_detail {

/// What only some functions may say means nothing of the others.
Error as_failure(const Error& error);

/// Why an answer cannot be taken, whatever language it came from. An account id is one that a claim would take.
std::optional<Error> check_told(const std::optional<std::string>& told);
std::optional<Error> check_told(const OwnStanding& told);
template <class T>
std::optional<Error> check_told(const T&) {
  return std::nullopt;
}

class Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(const ImplPtr& impl, std::weak_ptr<Engine> engine, std::uint64_t caller, std::shared_ptr<Pending> call)
      : own(impl->own), impl_(impl), engine_(std::move(engine)), caller_(caller), call_(std::move(call)) {}

  /// `then` hears what the function answers, or one of the errors that it may answer with. Other errors end the call.
  template <class A, class Function, class... Given>
  void ask_with(std::initializer_list<ErrorKind> known, const Function& function, std::function<void(Result<A>)> then,
                Given... given) {
    auto heard = [self = shared_from_this(), known = std::vector(known), then](Result<A> told) {
      if (const auto wrong = told ? check_told(told.value()) : std::nullopt) return self->fail(*wrong);
      if (told || std::find(known.begin(), known.end(), told.error().kind) != known.end()) return then(std::move(told));
      self->fail(as_failure(told.error()));
    };
    const auto ended = [weak = std::weak_ptr<Pending>(call_)] {
      const auto call = weak.lock();
      return !call || call->ended();
    };
    auto question = [function, heard, caller = OwnCaller(caller_, ended), given...] {
      function(given..., caller, heard);
    };
    const auto engine = engine_.lock();
    if (!engine) return fail(closed());
    engine->read(std::make_unique<OwnTask>(call_, std::move(question)));
  }
  template <class A, class Function, class Then, class... Given>
  void ask(const Function& function, Then then, Given... given) {
    ask_with<A>({}, function, [then](Result<A> told) { then(std::move(told.value())); }, std::move(given)...);
  }

  void fail(const Error& error) { call_->fail(error); }
  /// Null: the registry is gone, and the call has ended.
  ImplPtr impl() {
    auto impl = impl_.lock();
    if (!impl) fail(closed());
    return impl;
  }
  Call call() const { return Call(call_); }

  const OwnStore own;

 protected:
  ~Asking() = default;  // each is made as an AskingFor

 private:
  static Error closed() { return make_error(ErrorKind::closed, "the registry is closed"); }

  const std::weak_ptr<Registry::Impl> impl_;
  const std::weak_ptr<Engine> engine_;
  const std::uint64_t caller_;
  const std::shared_ptr<Pending> call_;
};
using AskingPtr = std::shared_ptr<Asking>;

/// One that is answered with a T.
template <class T>
class AskingFor final : public Asking {
 public:
  AskingFor(const ImplPtr& impl, std::weak_ptr<Engine> engine, std::uint64_t caller, std::shared_ptr<Answer<T>> answer)
      : Asking(impl, std::move(engine), caller, answer), answer_(std::move(answer)) {}

  /// Answers the call with what the function answers.
  template <class Function, class... Given>
  void hand_on(const Function& function, Given... given) {
    ask<T>(function, [answer = answer_](T told) { answer->give(std::move(told)); }, std::move(given)...);
  }

  void give(T answer) { answer_->give(std::move(answer)); }

 private:
  const std::shared_ptr<Answer<T>> answer_;
};
template <class T>
using AskingPtrFor = std::shared_ptr<AskingFor<T>>;

template <class T>
AskingPtrFor<T> begin_asking(const ImplPtr& impl, RegistryOperation operation, const CallOptions& call,
                             Callback<T> done) {
  const auto engine = impl->running();
  auto answer = engine->begin<T>(operation, call, std::move(done));
  return std::make_shared<AskingFor<T>>(impl, engine, call.caller, std::move(answer));
}

inline Moment now(const Registry::Impl& impl) { return impl.engine_options.clock->now(); }

/// As the functions are given them.
inline std::vector<PersonKey> shown(const Registry::Impl& impl, const PersonKeys& keys) {
  return impl.ring->shown(keys);
}

}  // namespace bonin::registry_detail
