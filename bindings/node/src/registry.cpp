#include <climits>
#include <system_error>
#include <thread>

#include "begin.hpp"
#include "convert.hpp"
#include "convert_registry.hpp"
#include "errors.hpp"
#include "options.hpp"
#include "own_store.hpp"
#include "registers.hpp"

namespace registry_functions {

using bonin::ErrorKind;
using bonin::Registry;

// The calls share the order of their first arguments: registry, slot.
Registry& registry(const Info& info) { return self<Registry>(info); }
const bonin::Verification& verification(const Info& info) {
  return *from_handle<bonin::VerificationPtr>(info.Env(), info[2]);
}

std::vector<bonin::Pepper> to_peppers(Napi::Env env, Napi::Value value) {
  std::vector<bonin::Pepper> peppers;
  const auto array = value.As<Napi::Array>();
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const auto item = Napi::Value(array.Get(i)).As<Napi::Array>();
    const Napi::Value id = item.Get(0u);
    const Napi::Value key = item.Get(1u);
    bonin::Pepper pepper;
    if (is_given(env, id)) pepper.id = to_text(env, id, "pepper.id", ErrorKind::invalid_pepper);
    pepper.key = bonin::Secret(to_text(env, key, "pepper", ErrorKind::invalid_pepper));
    peppers.push_back(std::move(pepper));
  }
  return peppers;
}

std::vector<bonin::KeyKind> to_kinds(Napi::Env env, const std::vector<std::string>& words) {
  std::vector<bonin::KeyKind> kinds;
  for (const auto& word : words) {
    if (word != "ci" && word != "di")
      raise(env, ErrorKind::invalid_argument, "`keys` must be `ci`, `di` or both", "keys");
    kinds.push_back(word == "ci" ? bonin::KeyKind::ci : bonin::KeyKind::di);
  }
  return kinds;
}

/// options, peppers as an array of [id or undefined, key], the function of an own store or undefined, clock or
/// undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  Registry::Options made;
  Options options(env, info[0], "options");
  std::vector<std::string> keys;
  options.text("store", made.store);
  options.text("schema", made.schema);
  options.integer("connections", made.connections);
  std::vector<std::string> functions;  // that the own store has
  const bool has_keys = options.texts("keys", keys);
  options.texts("ownStoreFunctions", functions);
  options.texts("acceptPageChosenDi", made.accept_page_chosen_di);
  options.duration("reservationLifeMs", made.reservation_life);
  options.duration("timeoutMs", made.timeout);
  options.finish();
  if (has_keys) made.keys = to_kinds(env, keys);
  made.peppers = to_peppers(env, info[1]);
  made.clock = to_clock(env, info[3]);
  if (info[2].IsFunction()) made.own_store = to_own_store(info[2].As<Napi::Function>(), functions);
  return {env, to_handle(env, take(env, Registry::create(std::move(made))))};
}

Napi::Value find(const Info& info) {
  return begin<std::optional<std::string>>(
      info, [&](auto done, auto& call) { return registry(info).find(verification(info), std::move(done), call); });
}

/// …, verification, account id, subject or undefined
template <auto operation>
Napi::Value claim(const Info& info) {
  const auto account = to_own_id(info.Env(), info[3], "accountId");
  Registry::ClaimOptions options;
  if (is_given(info.Env(), info[4])) options.subject = to_own_id(info.Env(), info[4], "subject");
  return begin<bonin::Claim>(info, [&](auto done, auto& call) {
    return (registry(info).*operation)(verification(info), account, options, std::move(done), call);
  });
}

Napi::Value match(const Info& info) {
  const auto account = to_own_id(info.Env(), info[3], "accountId");
  return begin<bool>(info, [&](auto done, auto& call) {
    return registry(info).match(verification(info), account, std::move(done), call);
  });
}

/// …, account id, rejoin period in milliseconds
Napi::Value release(const Info& info) {
  const auto account = to_own_id(info.Env(), info[2], "accountId");
  const std::chrono::milliseconds rejoin_after{to_integer(info.Env(), info[3], "rejoinAfterMs")};
  return begin<bool>(info, [&](auto done, auto& call) {
    return registry(info).release(account, rejoin_after, std::move(done), call);
  });
}

/// account id, handle of a verification, number of a person: those that are given
bonin::Who to_who(const Info& info, std::size_t first) {
  const auto env = info.Env();
  bonin::Who who;
  if (is_given(env, info[first])) who.account_id = to_own_id(env, info[first], "accountId");
  if (is_given(env, info[first + 1])) who.verification = from_handle<bonin::VerificationPtr>(env, info[first + 1]);
  if (is_given(env, info[first + 2])) who.person = to_integer(env, info[first + 2], "person");
  return who;
}

/// …, who (three), until or undefined, reason or undefined
Napi::Value ban(const Info& info) {
  const auto env = info.Env();
  const auto who = to_who(info, 2);
  std::optional<bonin::Moment> until;
  if (is_given(env, info[5])) until = to_moment(env, info[5], "until");
  const auto reason = is_given(env, info[6]) ? to_text(env, info[6], "reason") : std::string();
  return begin<bonin::Done>(
      info, [&](auto done, auto& call) { return registry(info).ban(who, until, reason, std::move(done), call); });
}

Napi::Value unban(const Info& info) {
  const auto who = to_who(info, 2);
  return begin<bool>(info, [&](auto done, auto& call) { return registry(info).unban(who, std::move(done), call); });
}

/// …, id of a verification, subject
Napi::Value consume(const Info& info) {
  const auto id = to_text(info.Env(), info[2], "verificationId");
  const auto subject = to_own_id(info.Env(), info[3], "subject");
  return begin<bonin::Standing::Use>(
      info, [&](auto done, auto& call) { return registry(info).consume(id, subject, std::move(done), call); });
}

Napi::Value forget(const Info& info) {
  const auto account = to_own_id(info.Env(), info[2], "accountId");
  return begin<bool>(info,
                     [&](auto done, auto& call) { return registry(info).forget(account, std::move(done), call); });
}

Napi::Value standing(const Info& info) {
  const auto subject = to_own_id(info.Env(), info[3], "subject");
  return begin<bonin::Standing>(info, [&](auto done, auto& call) {
    return registry(info).standing(verification(info), subject, std::move(done), call);
  });
}

/// …, verification, subject, {consume, reserve}
Napi::Value admit(const Info& info) {
  const auto subject = to_own_id(info.Env(), info[3], "subject");
  Registry::AdmitOptions admit;
  Options options(info.Env(), info[4], "options");
  options.boolean("consume", admit.consume);
  options.boolean("reserve", admit.reserve);
  options.boolean("acceptPageChosenDi", admit.accept_page_chosen_di);
  options.finish();
  return begin<bonin::Admission>(info, [&](auto done, auto& call) {
    return registry(info).admit(verification(info), subject, admit, std::move(done), call);
  });
}

Napi::Value reserve(const Info& info) {
  const auto subject = to_own_id(info.Env(), info[3], "subject");
  return begin<bonin::Reserved>(info, [&](auto done, auto& call) {
    return registry(info).reserve(verification(info), subject, std::move(done), call);
  });
}

template <auto operation>
Napi::Value commit(const Info& info) {
  const auto id = to_text(info.Env(), info[2], "reservation");
  const auto account = to_own_id(info.Env(), info[3], "accountId");
  return begin<bonin::Claim>(
      info, [&](auto done, auto& call) { return (registry(info).*operation)(id, account, std::move(done), call); });
}

Napi::Value cancel(const Info& info) {
  const auto id = to_text(info.Env(), info[2], "reservation");
  return begin<bool>(info, [&](auto done, auto& call) { return registry(info).cancel(id, std::move(done), call); });
}

Napi::Value count(const Info& info) {
  return begin<bonin::Counts>(info, [&](auto done, auto& call) { return registry(info).count(std::move(done), call); });
}

/// …, after, limit
Napi::Value export_page(const Info& info) {
  const auto after = to_integer(info.Env(), info[2], "after");
  const auto limit = to_integer(info.Env(), info[3], "limit");
  if (limit < 0 || limit > INT_MAX) raise(info.Env(), ErrorKind::invalid_argument, "`limit` is out of range", "limit");
  return begin<bonin::PersonPage>(info, [&](auto done, auto& call) {
    return registry(info).export_page(after, static_cast<int>(limit), std::move(done), call);
  });
}

Napi::Value rotate(const Info& info) {
  return begin<std::vector<bonin::PepperCount>>(
      info, [&](auto done, auto& call) { return registry(info).rotate(std::move(done), call); });
}

Napi::Value forget_uses(const Info& info) {
  const auto before = to_moment(info.Env(), info[2], "before");
  return begin<std::int64_t>(
      info, [&](auto done, auto& call) { return registry(info).forget_uses(before, std::move(done), call); });
}

/// Runs on a thread of its own, because it waits for the transaction under way and would block the event loop.
Napi::Value close(const Info& info) {
  return begin<bonin::Done>(info, [&](auto done, auto&) {
    const auto work = [registry = registry(info), done] {
      registry.close();
      done(bonin::Done{});
    };
    try {
      std::thread(work).detach();
    } catch (const std::system_error&) {
      done(bonin::make_error(ErrorKind::store_failed, "no thread could be started to close the registry"));
    }
    return bonin::Call();
  });
}

/// registry, verification
Napi::Value keys(const Info& info) {
  const auto env = info.Env();
  return array_of(env, take(env, registry(info).keys(*from_handle<bonin::VerificationPtr>(env, info[1]))));
}

Napi::Value warnings(const Info& info) { return array_of(info.Env(), registry(info).warnings()); }

Napi::Value describe(const Info& info) { return {info.Env(), to_js(info.Env(), registry(info).describe())}; }

}  // namespace registry_functions

void register_registry(Napi::Env env, Napi::Object exports) {
  using namespace registry_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<find>(functions, "find");
  define<claim<&Registry::claim>>(functions, "claim");
  define<claim<&Registry::try_claim>>(functions, "tryClaim");
  define<match>(functions, "match");
  define<release>(functions, "release");
  define<ban>(functions, "ban");
  define<unban>(functions, "unban");
  define<consume>(functions, "consume");
  define<forget>(functions, "forget");
  define<standing>(functions, "standing");
  define<admit>(functions, "admit");
  define<reserve>(functions, "reserve");
  define<commit<&Registry::commit>>(functions, "commit");
  define<commit<&Registry::try_commit>>(functions, "tryCommit");
  define<cancel>(functions, "cancel");
  define<count>(functions, "count");
  define<export_page>(functions, "exportPage");
  define<rotate>(functions, "rotate");
  define<forget_uses>(functions, "forgetUses");
  define<close>(functions, "close");
  define<keys>(functions, "keys");
  define<warnings>(functions, "warnings");
  define<describe>(functions, "describe");
  exports.Set("registry", functions);
}
