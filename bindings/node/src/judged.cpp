// What became of many ids: nothing is made of an answer until it is read.

#include "convert.hpp"
#include "registers.hpp"

namespace judged_functions {

const bonin::Judged& judged(const Info& info) { return *self<bonin::JudgedPtr>(info); }

Napi::Value length(const Info& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(judged(info).answers.size()));
}

Napi::Value next(const Info& info) { return Napi::Number::New(info.Env(), static_cast<double>(judged(info).next)); }

Napi::Value stopped(const Info& info) {
  const auto env = info.Env();
  const auto& error = judged(info).stopped;
  return {env, error ? to_js_error(env, *error) : undefined(env)};
}

Napi::Value counts(const Info& info) {
  const auto& counts = judged(info).counts;
  auto out = Napi::Object::New(info.Env());
  const auto put = [&](const char* name, std::size_t number) { out.Set(name, static_cast<double>(number)); };
  put("allowed", counts.allowed);
  put("denied", counts.denied);
  put("failed", counts.failed);
  put("left", counts.left);
  out.Freeze();
  return out;
}

/// An array of 1 for each that is allowed, else 0.
Napi::Value allowed(const Info& info) {
  const auto& answers = judged(info).answers;
  auto out = Napi::Uint8Array::New(info.Env(), answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    out[i] = answers[i] && *answers[i] && answers[i]->value().allowed() ? 1 : 0;
  }
  return out;
}

/// judged, which; answers the handle of a decision, undefined, or {error}
Napi::Value at(const Info& info) {
  const auto env = info.Env();
  const auto& answers = judged(info).answers;
  const auto i = info[1].As<Napi::Number>().Uint32Value();
  if (i >= answers.size() || !answers[i]) return env.Undefined();
  if (*answers[i]) return {env, to_js(env, answers[i]->value())};
  auto out = Napi::Object::New(env);
  out.Set("error", to_js_error(env, answers[i]->error()));
  return out;
}

}  // namespace judged_functions

void register_judged(Napi::Env env, Napi::Object exports) {
  using namespace judged_functions;
  auto functions = Napi::Object::New(env);
  define<length>(functions, "length");
  define<next>(functions, "next");
  define<stopped>(functions, "stopped");
  define<counts>(functions, "counts");
  define<allowed>(functions, "allowed");
  define<at>(functions, "at");
  exports.Set("judged", functions);
}

/// V8 learns how much it holds, for a loop over many would fill the memory before V8 thinks of tidying up.
napi_value to_js(napi_env env, const bonin::JudgedPtr& judged) {
  struct Told {
    std::int64_t bytes;
  };
  const auto handle = to_handle(env, bonin::JudgedPtr(judged));
  const auto bytes = static_cast<std::int64_t>(judged->bytes);
  Napi::MemoryManagement::AdjustExternalMemory(env, bytes);
  auto told = std::make_unique<Told>(Told{bytes});
  const auto gone = [](napi_env env, void* data, void*) {
    Napi::MemoryManagement::AdjustExternalMemory(env, -static_cast<Told*>(data)->bytes);
    delete static_cast<Told*>(data);
  };
  NAPI_THROW_IF_FAILED_VOID(env, napi_add_finalizer(env, handle, told.get(), gone, nullptr, nullptr));
  told.release();
  return handle;
}
