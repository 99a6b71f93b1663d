#include "own_store.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "convert_registry.hpp"
#include "environment.hpp"
#include "errors.hpp"
#include "held.hpp"
#include "registers.hpp"

namespace {

using Queue = std::shared_ptr<CompletionQueue>;
using Ask = std::shared_ptr<Napi::FunctionReference>;

bonin::Error failed(std::string message) {
  return bonin::make_error(bonin::ErrorKind::store_failed, std::move(message));
}

using Info = Napi::CallbackInfo;

/// A question that must be answered once. The destructor answers one that was lost with an error.
class Question {
 public:
  Question() = default;
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  virtual ~Question() = default;
  /// As a message names the function.
  virtual std::string whose() const = 0;
  /// Reads what the function answered, from the second argument on.
  virtual void answer(const Info& info) = 0;
  virtual void fail(bonin::Error error) = 0;
};
using QuestionPtr = std::shared_ptr<Question>;

template <class T>
class QuestionOf final : public Question {
 public:
  using Read = T (*)(const Info& info);
  QuestionOf(const char* function, Read read, bonin::Callback<T> done)
      : function_(function), read_(read), done_(std::move(done)) {}
  ~QuestionOf() override { end(failed(QuestionOf::whose() + " never answered")); }

  std::string whose() const override { return std::string("`") + function_ + "` of the application's own store"; }
  void answer(const Info& info) override { end(read_(info)); }
  void fail(bonin::Error error) override { end(std::move(error)); }

 private:
  void end(bonin::Result<T> result) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  const char* const function_;
  const Read read_;
  bonin::Callback<T> done_;
};

}  // namespace

template <>
inline constexpr HandleKind handle_kind<QuestionPtr>{8, "question of an own store"};

namespace {

// ---- what the functions are given ---------------------------------------------------------------

napi_value given_to_js(napi_env env, const std::vector<bonin::PersonKey>& keys) { return array_of(env, keys); }
napi_value given_to_js(napi_env env, const std::string& text) { return to_js(env, text); }
napi_value given_to_js(napi_env env, bonin::Moment moment) { return to_js(env, moment); }
napi_value given_to_js(napi_env env, const std::optional<bonin::Moment>& moment) {
  return moment ? to_js(env, *moment) : Napi::Env(env).Null();
}
napi_value given_to_js(napi_env env, const bonin::OwnWho& who) {
  auto out = Napi::Object::New(env);
  if (who.account_id.empty()) {
    out.Set("keys", array_of(env, who.keys));
  } else {
    out.Set("accountId", to_js(env, who.account_id));
  }
  return out;
}

// ---- what they answer ---------------------------------------------------------------------------

using Found = std::optional<std::string>;

Found account(const Info& info, const char* parameter) {
  if (!is_given(info.Env(), info[1])) return std::nullopt;
  return to_own_id(info.Env(), info[1], parameter);
}

Found read_found(const Info& info) { return account(info, "ownStore.find"); }

/// outcome, reason or undefined, until or undefined
bonin::Claim read_granted(const Info& info, const std::string& function) {
  const auto env = info.Env();
  const std::string outcome = function + ".outcome", reason = function + ".reason", until = function + ".until";
  bonin::Claim claim;
  claim.outcome = to_word<bonin::Claim::Outcome>(env, info[1], outcome.c_str());
  if (is_given(env, info[2])) {
    claim.reason = bonin::claim_reasons[to_word_index(env, info[2], reason.c_str(), bonin::claim_reasons)];
  }
  if (is_given(env, info[3])) claim.until = to_moment(env, info[3], until.c_str());
  return claim;
}
bonin::Claim read_claim(const Info& info) { return read_granted(info, "ownStore.claim"); }
bonin::Claim read_commit(const Info& info) { return read_granted(info, "ownStore.commit"); }

/// account, bannedUntil, rejoinAt: null for none; reservationId or nothing
bonin::OwnStanding read_standing(const Info& info) {
  const auto env = info.Env();
  const std::array<const char*, 3> names{"account", "bannedUntil", "rejoinAt"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!info[i + 1].IsUndefined()) continue;
    const auto parameter = std::string("ownStore.standing.") + names[i];
    raise(env, bonin::ErrorKind::invalid_argument,
          "`" + parameter + "` is missing: `standing` must answer `account`, `bannedUntil` and `rejoinAt`", parameter);
  }
  bonin::OwnStanding standing;
  standing.account_id = account(info, "ownStore.standing.account");
  standing.banned = !info[2].IsNull();
  const bool for_ever = info[2].IsBoolean() && info[2].As<Napi::Boolean>().Value();
  if (standing.banned && !for_ever) standing.banned_until = to_moment(env, info[2], "ownStore.standing.bannedUntil");
  if (!info[3].IsNull()) standing.rejoin_at = to_moment(env, info[3], "ownStore.standing.rejoinAt");
  if (is_given(env, info[4])) standing.reservation_id = to_text(env, info[4], "ownStore.standing.reservationId");
  return standing;
}

bonin::Standing::Use read_use(const Info& info) {
  const auto index = to_word_index(info.Env(), info[1], "ownStore.consume", bonin::own_store_uses);
  return *bonin::from_word<bonin::Standing::Use>(bonin::own_store_uses[index]);
}

bonin::Standing::Place read_place(const Info& info) {
  if (!is_given(info.Env(), info[1])) return bonin::Standing::Place::free;
  const auto index = to_word_index(info.Env(), info[1], "ownStore.reserve", bonin::own_store_refusals);
  return *bonin::from_word<bonin::Standing::Place>(bonin::own_store_refusals[index]);
}

bool read_cancel(const Info& info) { return to_bool(info.Env(), info[1], "ownStore.cancel"); }
bool read_unban(const Info& info) { return to_bool(info.Env(), info[1], "ownStore.unban"); }
bool read_release(const Info& info) { return to_bool(info.Env(), info[1], "ownStore.release"); }
bool read_forget(const Info& info) { return to_bool(info.Env(), info[1], "ownStore.forget"); }
bonin::Done read_ban(const Info&) { return {}; }

/// question, then what the function answered
Napi::Value answer(const Info& info) {
  from_handle<QuestionPtr>(info.Env(), info[0])->answer(info);
  return info.Env().Undefined();
}

/// question, name of what was thrown, the error itself, if it is one, and its kind, if it is one of bonin's. No text of
/// bonin's holds its message, which may hold anything.
Napi::Value fail(const Info& info) {
  const auto env = info.Env();
  const auto& question = from_handle<QuestionPtr>(env, info[0]);
  const auto thrown = to_text(env, info[1], "thrown");
  auto error = failed(question->whose() + " failed: `" + thrown + "`");
  if (is_given(env, info[3])) {
    const auto kind = to_text(env, info[3], "kind");
    for (const auto said : {bonin::ErrorKind::conflict, bonin::ErrorKind::not_found}) {
      if (kind == bonin::info(said).name) error = bonin::make_error(said, error.message);
    }
  }
  if (info[2].IsObject()) {
    error.thrown = hold(Napi::Persistent(info[2].As<Napi::Object>()), Environment::of(env).queue());
  }
  question->fail(std::move(error));
  return env.Undefined();
}

/// What asks, and which functions there are.
struct Store {
  Ask ask;
  Queue queue;
  const std::vector<std::string>& names;
};

/// Has questions asked by this function of the store.
template <class T, class... Given>
void carry(bonin::OwnStore::Function<T, Given...>& function, const char* name, T (*read)(const Info&),
           const Store& store) {
  if (std::find(store.names.begin(), store.names.end(), name) == store.names.end()) return;
  function = [ask = store.ask, queue = store.queue, name, read](Given... given, bonin::OwnCaller caller,
                                                                bonin::Callback<T> done) {
    QuestionPtr question = std::make_shared<QuestionOf<T>>(name, read, std::move(done));
    queue->send([ask, name, given = std::tuple(std::move(given)...), caller, question](napi_env env) {
      // The thread was busy, and nobody waits any more: a claim of it must not be made.
      if (caller.ended()) return question->fail(failed(question->whose() + " was not asked in time"));
      auto values = Napi::Array::New(env);
      const auto add = [&](const auto& one) { values.Set(values.Length(), Napi::Value(env, given_to_js(env, one))); };
      std::apply([&](const auto&... one) { (add(one), ...); }, given);
      ask->Call({to_js(env, std::string_view(name)), values, to_handle(env, question),
                 Napi::Number::New(env, static_cast<double>(caller.id))});
    });
  };
}

}  // namespace

bonin::OwnStore to_own_store(Napi::Function ask, const std::vector<std::string>& names) {
  const auto queue = Environment::of(ask.Env()).queue();
  const Store store{hold(Napi::Persistent(ask), queue), queue, names};
  bonin::OwnStore own;
  carry(own.find, "find", read_found, store);
  carry(own.claim, "claim", read_claim, store);
  carry(own.standing, "standing", read_standing, store);
  carry(own.consume, "consume", read_use, store);
  carry(own.reserve, "reserve", read_place, store);
  carry(own.commit, "commit", read_commit, store);
  carry(own.cancel, "cancel", read_cancel, store);
  carry(own.ban, "ban", read_ban, store);
  carry(own.unban, "unban", read_unban, store);
  carry(own.release, "release", read_release, store);
  carry(own.forget, "forget", read_forget, store);
  return own;
}

void register_own_store(Napi::Env env, Napi::Object exports) {
  auto functions = Napi::Object::New(env);
  define<answer>(functions, "answer");
  define<fail>(functions, "fail");
  exports.Set("ownStore", functions);
}
