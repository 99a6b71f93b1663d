#include "begin.hpp"
#include "environment.hpp"
#include "expect.hpp"
#include "held.hpp"
#include "portone.hpp"
#include "registers.hpp"

namespace verifier_functions {

/// portone, policy, registry or undefined, limits of codes or undefined, clock or undefined, path of the
/// records or undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  bonin::Verifier::Options options{.portone = from_handle<PortOnePtr>(env, info[0]),
                                   .policy = from_handle<bonin::Policy>(env, info[1])};
  if (is_given(env, info[2])) options.registry = from_handle<bonin::Registry>(env, info[2]);
  Options limits(env, info[3], "otpLimits", "otpLimits.");
  limits.fields(options.otp_limits);
  limits.finish();
  options.clock = to_clock(env, info[4]);
  if (is_given(env, info[5])) options.records = to_text(env, info[5], "records");
  return {env, to_handle(env, take(env, bonin::Verifier::create(std::move(options))))};
}

/// verifier, subject, options
Napi::Value begin(const Info& info) {
  const auto env = info.Env();
  const auto subject = to_own_id(env, info[1], "subject");
  bonin::FlowOptions options;
  Options read(env, info[2], "options");
  read.fields(options);
  read.finish();
  const auto flow = take(env, self<bonin::Verifier>(info).begin(subject, options));
  auto out = Napi::Object::New(env);
  out.Set("api", to_js(env, to_string(flow.api)));
  out.Set("id", to_js(env, flow.id));
  out.Set("expiresAt", to_js(env, flow.expires_at));
  out.Set("request", to_js(env, flow.request));
  out.Set("warnings", array_of(env, flow.warnings));
  return out;
}

/// verifier, slot, subject, person, timeoutMs; answers {api, id, expiresAt}
Napi::Value send_otp(const Info& info) {
  const auto env = info.Env();
  const auto subject = to_own_id(env, info[2], "subject");
  bonin::OtpPerson person;
  Options options(env, info[3], "person");
  options.fields(person);
  options.finish();
  return ::begin<bonin::OtpSent>(info, [&](auto done, auto& call) {
    return self<bonin::Verifier>(info).send_otp(subject, person, std::move(done), call);
  });
}

/// verifier, slot, subject, id, timeoutMs
Napi::Value resend_otp(const Info& info) {
  const auto env = info.Env();
  const auto subject = to_own_id(env, info[2], "subject");
  const auto id = to_text(env, info[3], "id", bonin::ErrorKind::invalid_id);
  return ::begin<bonin::Done>(info, [&](auto done, auto& call) {
    return self<bonin::Verifier>(info).resend_otp(subject, id, std::move(done), call);
  });
}

/// What `verify` and `confirmOtp` share: …, timeoutMs, subject, guardian from the fourth argument on.
bonin::Verifier::VerifyOptions options_of(const Info& info) {
  const auto env = info.Env();
  bonin::Verifier::VerifyOptions options;
  options.timeout = to_timeout(env, info[3]);
  options.caller = Environment::of(env).caller();
  if (is_given(env, info[4])) options.subject = to_own_id(env, info[4], "subject");
  if (is_given(env, info[5])) options.guardian = to_text(env, info[5], "guardian");
  return options;
}

/// verifier, slot, id, timeoutMs, subject, guardian, otp, then what is expected
Napi::Value confirm_otp(const Info& info) {
  const auto env = info.Env();
  const auto id = id_of(info, "id");
  auto options = options_of(info);
  const auto otp = is_given(env, info[6]) ? to_text(env, info[6], "otp") : std::string();
  options.expect = to_expect(info, 7);
  Environment::of(env).begin<bonin::Decision>(slot_of(info), [&](auto done) {
    return self<bonin::Verifier>(info).confirm_otp(id, otp, options, std::move(done));
  });
  return env.Undefined();
}

/// verifier, slot, id, timeoutMs, subject, guardian, begun, settleMs, flowId, then what is expected. It is the busiest
/// call, so it takes plain arguments and no object.
Napi::Value verify(const Info& info) {
  const auto env = info.Env();
  const auto id = id_of(info, "id");
  auto options = options_of(info);
  if (is_given(env, info[6])) options.begun = to_bool(env, info[6], "begun");
  if (is_given(env, info[7])) options.settle = std::chrono::milliseconds(to_integer(env, info[7], "settleMs"));
  if (is_given(env, info[8])) options.flow_id = to_text(env, info[8], "flowId");
  options.expect = to_expect(info, 9);
  Environment::of(env).begin<bonin::Decision>(
      slot_of(info), [&](auto done) { return self<bonin::Verifier>(info).verify(id, options, std::move(done)); });
  return env.Undefined();
}

std::vector<std::string> to_ids(Napi::Value value) {
  const auto env = value.Env();
  if (!value.IsArray()) raise(env, bonin::ErrorKind::invalid_argument, "`ids` must be an array", "ids");
  const auto given = value.As<Napi::Array>();
  const std::uint32_t count = given.Length();
  if (count > bonin::VerifyManyOptions::most_ids) raise(env, bonin::too_many_ids());
  std::vector<std::string> ids;
  ids.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Napi::HandleScope scope(env);
    napi_value id = nullptr;
    NAPI_THROW_IF_FAILED(env, napi_get_element(env, given, i, &id), {});
    napi_valuetype type = napi_undefined;
    napi_typeof(env, id, &type);
    if (type == napi_string) {
      ids.push_back(to_text(env, id, "ids"));
      continue;
    }
    const auto place = "ids/" + std::to_string(i);
    raise(env, bonin::ErrorKind::invalid_argument, "`" + place + "` must be a string", place);
  }
  return ids;
}

/// Has the JavaScript thread hear of it. `tell(ended, ids)` answers false to stop; `take(line)` takes a record. Neither
/// throws.
bonin::VerifyManyWatch to_watch(Napi::Value tell, Napi::Value take) {
  const auto env = tell.Env();
  const auto queue = Environment::of(env).queue();
  bonin::VerifyManyWatch watch;
  if (tell.IsFunction()) {
    const auto function = hold(Napi::Persistent(tell.As<Napi::Function>()), queue);
    watch.progress = [function, queue](std::size_t ended, std::size_t ids, const bonin::Call& call) {
      queue->send([function, ended, ids, call](napi_env env) {
        const auto answer = function->Call(
            {Napi::Number::New(env, static_cast<double>(ended)), Napi::Number::New(env, static_cast<double>(ids))});
        if (answer.IsBoolean() && !answer.As<Napi::Boolean>().Value()) call.cancel();
      });
    };
  }
  if (take.IsFunction()) {
    const auto function = hold(Napi::Persistent(take.As<Napi::Function>()), queue);
    watch.decided = [function, queue](const bonin::Decision& decision) {
      queue->send([function, line = decision.record()](napi_env env) { function->Call({to_js(env, line)}); });
    };
  }
  return watch;
}

/// verifier, slot, ids, timeoutMs, subject, atOnce, perSecond, what hears about progress or undefined, what takes
/// records or undefined, then what is expected
Napi::Value verify_many(const Info& info) {
  const auto env = info.Env();
  const auto& verifier = self<bonin::Verifier>(info);
  auto ids = to_ids(info[2]);
  bonin::VerifyManyOptions options;
  options.each.timeout = to_timeout(env, info[3]);
  options.each.caller = Environment::of(env).caller();
  if (is_given(env, info[4])) options.each.subject = to_own_id(env, info[4], "subject");
  if (is_given(env, info[5])) {
    const auto at_once = to_integer(env, info[5], "atOnce");
    options.at_once = at_once < 0 ? 0 : static_cast<std::size_t>(at_once);
  }
  if (is_given(env, info[6])) options.per_second = to_number(env, info[6], "perSecond");
  auto watch = to_watch(info[7], info[8]);
  options.each.expect = to_expect(info, 9);
  Environment::of(env).begin<bonin::JudgedPtr>(slot_of(info), [&](auto done) {
    return bonin::verify_many(verifier, std::move(ids), options, std::move(done), std::move(watch));
  });
  return env.Undefined();
}

/// verifier, whether the application took the record
Napi::Value count_record(const Info& info) {
  self<bonin::Verifier>(info).count_record(to_bool(info.Env(), info[1], "taken"));
  return info.Env().Undefined();
}

/// verifier, slot, timeoutMs; answers {ok, checks}
Napi::Value check(const Info& info) {
  return ::begin<bonin::CheckReport>(
      info, [&](auto done, auto& call) { return self<bonin::Verifier>(info).check(std::move(done), call); });
}

/// verifier, slot, timeoutMs; answers how many calls are left
Napi::Value drain(const Info& info) {
  return ::begin<std::int64_t>(info, [&](auto done, auto& call) {
    const auto& verifier = self<bonin::Verifier>(info);
    return verifier.drain(call.timeout.value_or(verifier.portone()->timeout()), std::move(done));
  });
}

Napi::Value warnings(const Info& info) {
  auto out = array_of(info.Env(), self<bonin::Verifier>(info).warnings());
  out.Freeze();
  return out;
}

}  // namespace verifier_functions

void register_verifier(Napi::Env env, Napi::Object exports) {
  using namespace verifier_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<begin>(functions, "begin");
  define<verify>(functions, "verify");
  define<verify_many>(functions, "verifyMany");
  define<send_otp>(functions, "sendOtp");
  define<resend_otp>(functions, "resendOtp");
  define<confirm_otp>(functions, "confirmOtp");
  define<check>(functions, "check");
  define<drain>(functions, "drain");
  define<count_record>(functions, "countRecord");
  define<warnings>(functions, "warnings");
  exports.Set("verifier", functions);
}
