#include "convert.hpp"
#include "options.hpp"
#include "portone.hpp"
#include "registers.hpp"
#include "sandbox/sandbox.hpp"

namespace runtime_functions {

Napi::Value version(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::version())}; }
Napi::Value versions(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::runtime_versions())}; }
Napi::Value own_openssl(const Info& info) { return Napi::Boolean::New(info.Env(), bonin::own_openssl()); }
Napi::Value new_id(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::new_id())}; }

/// For tests: as bonin/runtime.hpp says.
Napi::Value set_certificate_root(const Info& info) {
  bonin::set_certificate_root(info[0].ToString());
  return info.Env().Undefined();
}

/// _, slot, options, timeoutMs; answers JSON
Napi::Value doctor(const Info& info) {
  bonin::DoctorOptions made;
  Options options(info.Env(), info[2], "options");
  options.text("host", made.host);
  options.text("store", made.store);
  options.text("schema", made.schema);
  options.texts("peppers", made.peppers);
  options.text("caFile", made.connection.ca_file);
  options.text("proxy", made.connection.proxy);
  options.finish();
  bring_certificates(info.Env(), made.connection);
  return ::begin<std::string>(info, [&](bonin::Callback<std::string> done, auto& call) {
    made.timeout = call.timeout.value_or(made.timeout);
    return bonin::doctor(std::move(made), [done = std::move(done)](bonin::Result<bonin::DoctorReport> report) {
      if (!report) return done(std::move(report).error());
      done(report->json());
    });
  });
}

/// {name of a set: its words}
Napi::Value word_lists(const Info& info) {
  auto lists = Napi::Object::New(info.Env());
  for (const auto& all : {bonin::word_lists(), bonin::sandbox::word_lists()}) {
    for (const auto& list : all) lists.Set(std::string(list.name), array_of(info.Env(), list.words));
  }
  return lists;
}

/// Of each instrument of OpenTelemetry: {of, kind, name, unit, description}
Napi::Value instruments(const Info& info) {
  return array_of(info.Env(), bonin::instruments, [env = info.Env()](const bonin::Instrument& one) {
    auto out = Napi::Object::New(env);
    out.Set("of", to_js(env, one.of));
    out.Set("kind", to_js(env, one.kind));
    out.Set("name", to_js(env, one.name));
    out.Set("unit", to_js(env, one.unit));
    out.Set("description", to_js(env, one.description));
    return out;
  });
}

/// In the order of the core's table.
Napi::Value attribute_names(const Info& info) {
  std::vector<std::string> names;
  for (const auto& attribute : bonin::attributes) names.push_back(camel_case(attribute.name));
  return array_of(info.Env(), names);
}

/// Of what was written and an array of what is known: what the core says of them.
template <auto say>
Napi::Value of_known(const Info& info) {
  const auto env = info.Env();
  const auto given = info[1].As<Napi::Array>();
  std::vector<std::string> known;
  for (std::uint32_t i = 0; i < given.Length(); ++i) known.push_back(given.Get(i).ToString());
  const std::vector<std::string_view> views(known.begin(), known.end());
  return {env, to_js(env, say(info[0].ToString().Utf8Value(), views))};
}

Napi::Value shutdown(const Info& info) {
  bonin::shutdown();
  return info.Env().Undefined();
}

}  // namespace runtime_functions

void register_runtime(Napi::Env env, Napi::Object exports) {
  using namespace runtime_functions;
  auto functions = Napi::Object::New(env);
  define<version>(functions, "version");
  define<versions>(functions, "versions");
  define<own_openssl>(functions, "ownOpenssl");
  define<doctor>(functions, "doctor");
  define<new_id>(functions, "newId");
  define<set_certificate_root>(functions, "setCertificateRoot");
  define<word_lists>(functions, "wordLists");
  define<instruments>(functions, "instruments");
  define<attribute_names>(functions, "attributeNames");
  define<of_known<bonin::unknown_option>>(functions, "unknownOption");
  define<of_known<bonin::did_you_mean>>(functions, "didYouMean");
  define<shutdown>(functions, "shutdown");
  exports.Set("runtime", functions);
}
