#include "own_store.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "convert_registry.hpp"
#include "environment.hpp"
#include "errors.hpp"
#include "registers.hpp"

namespace {

using Queue = std::shared_ptr<CompletionQueue>;
using Ask = std::shared_ptr<Napi::FunctionReference>;

bonin::Error failed(std::string message) {
  return bonin::make_error(bonin::ErrorKind::store_failed, std::move(message));
}

/// A question that must be answered once. The destructor answers one that was lost with an error.
template <class T>
class Question {
 public:
  explicit Question(bonin::Callback<T> done) : done_(std::move(done)) {}
  Question(Question&& other) noexcept : done_(std::exchange(other.done_, nullptr)) {}
  Question& operator=(Question&&) = delete;
  ~Question() { answer(failed("the application's own store never answered")); }

  void answer(bonin::Result<T> result) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

 private:
  bonin::Callback<T> done_;
};

using Find = Question<std::optional<std::string>>;
using Claim = Question<bonin::Claim>;

}  // namespace

template <>
inline constexpr HandleKind handle_kind<Find>{8, "question of find"};
template <>
inline constexpr HandleKind handle_kind<Claim>{9, "question of claim"};

namespace {

/// A reference to a value of JavaScript, released on its thread, whichever thread lets go of it.
template <class Reference>
std::shared_ptr<Reference> hold(Reference reference, Queue queue) {
  return {new Reference(std::move(reference)), [queue](Reference* held) {
            if (queue->send([held](napi_env) { delete held; })) return;
            held->SuppressDestruct();  // the environment is gone, and the value with it
            delete held;
          }};
}

template <class T>
void put(const Ask& ask, const Queue& queue, std::vector<bonin::PersonKey> keys, std::string account,
         std::uint64_t caller, bonin::Callback<T> done) {
  constexpr std::string_view operation = std::is_same_v<T, bonin::Claim> ? "claim" : "find";
  auto question = std::make_shared<Question<T>>(std::move(done));
  queue->send([ask, operation, keys = std::move(keys), account = std::move(account), caller, question](napi_env env) {
    ask->Call({to_js(env, operation), array_of(env, keys), to_js(env, account), to_handle(env, std::move(*question)),
               Napi::Number::New(env, static_cast<double>(caller))});
  });
}

/// question, account id or undefined
Napi::Value answer_find(const Info& info) {
  const auto env = info.Env();
  std::optional<std::string> account;
  if (is_given(env, info[1])) account = to_own_id(env, info[1], "ownStore.find");
  from_handle<Find>(env, info[0]).answer(std::move(account));
  return env.Undefined();
}

/// question, outcome, reason or undefined, until or undefined
Napi::Value answer_claim(const Info& info) {
  const auto env = info.Env();
  bonin::Claim claim;
  claim.outcome = to_word<bonin::Claim::Outcome>(env, info[1], "ownStore.claim.outcome");
  if (is_given(env, info[2])) {
    claim.reason = bonin::claim_reasons[to_word_index(env, info[2], "ownStore.claim.reason", bonin::claim_reasons)];
  }
  if (is_given(env, info[3])) claim.until = to_moment(env, info[3], "ownStore.claim.until");
  from_handle<Claim>(env, info[0]).answer(claim);
  return env.Undefined();
}

/// question, name of what was thrown, and the error itself, if it is one. No text of bonin's holds its message, which
/// may hold anything.
template <class T>
Napi::Value fail(const Info& info) {
  const auto thrown = to_text(info.Env(), info[1], "thrown");
  auto error = failed("the application's own store failed: `" + thrown + "`");
  if (info[2].IsObject()) {
    error.thrown = hold(Napi::Persistent(info[2].As<Napi::Object>()), Environment::of(info.Env()).queue());
  }
  from_handle<Question<T>>(info.Env(), info[0]).answer(std::move(error));
  return info.Env().Undefined();
}

}  // namespace

bonin::OwnStore to_own_store(Napi::Function ask) {
  const auto queue = Environment::of(ask.Env()).queue();
  const auto held = hold(Napi::Persistent(ask), queue);
  bonin::OwnStore own;
  own.find = [held, queue](std::vector<bonin::PersonKey> keys, std::uint64_t caller,
                           bonin::Callback<std::optional<std::string>> done) {
    put(held, queue, std::move(keys), {}, caller, std::move(done));
  };
  own.claim = [held, queue](std::vector<bonin::PersonKey> keys, std::string account, std::uint64_t caller,
                            bonin::Callback<bonin::Claim> done) {
    put(held, queue, std::move(keys), std::move(account), caller, std::move(done));
  };
  return own;
}

void register_own_store(Napi::Env env, Napi::Object exports) {
  auto functions = Napi::Object::New(env);
  define<answer_find>(functions, "answerFind");
  define<answer_claim>(functions, "answerClaim");
  define<fail<std::optional<std::string>>>(functions, "failFind");
  define<fail<bonin::Claim>>(functions, "failClaim");
  exports.Set("ownStore", functions);
}
