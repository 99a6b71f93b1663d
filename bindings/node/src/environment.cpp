#include "environment.hpp"

#include <algorithm>
#include <array>

#include "convert.hpp"
#include "convert_registry.hpp"
#include "errors.hpp"
#include "platform/thread.hpp"
#include "registers.hpp"

namespace {

// The most arguments of one call to `deliver`: V8 puts them on its stack.
constexpr std::size_t most_at_once = 128;

/// What was thrown, as a JavaScript error.
napi_value thrown(napi_env env) {
  try {
    throw;
  } catch (const Napi::Error& error) {
    return error.Value();
  } catch (const std::exception& error) {
    return Napi::Error::New(env, error.what()).Value();
  }
}

struct ToJs {
  napi_env env;
  napi_value operator()(const bonin::Done&) const { return undefined(env); }
  napi_value operator()(bonin::VerificationPtr& verification) const { return to_js(env, std::move(verification)); }
  napi_value operator()(bonin::Decision& decision) const { return to_js(env, std::move(decision)); }
  napi_value operator()(const std::unique_ptr<bonin::Error>& error) const { return to_js_error(env, *error); }
  template <class T>
  napi_value operator()(const T& answer) const {
    return to_js(env, answer);
  }
};

}  // namespace

Environment& Environment::of(napi_env env) { return *Napi::Env(env).GetInstanceData<Environment>(); }

Environment::Environment(Napi::Env env)
    : env_(env), queue_(std::make_shared<CompletionQueue>()), is_main_thread_(bonin::platform::is_main_thread()) {
  const auto name = Napi::String::New(env, "bonin");
  const auto status =
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, ring, &bell_);
  NAPI_THROW_IF_FAILED_VOID(env, status);
  napi_unref_threadsafe_function(env, bell_);  // an idle client does not keep node alive
  queue_->open(bell_);
  // After the thread-safe function: hooks run in reverse order, so this one still finds it alive.
  napi_add_env_cleanup_hook(env, end, this);
}

void Environment::install(Napi::Function make_error, Napi::Function bring_certificates) {
  make_error_ = Napi::Persistent(make_error);
  bring_certificates_ = Napi::Persistent(bring_certificates);
}

void Environment::hold(std::uint32_t slot) {
  if (calls_.size() <= slot) calls_.resize(slot + 1);
  if (pending_++ == 0) napi_ref_threadsafe_function(env_, bell_);
}

void Environment::let_go(std::size_t calls) {
  pending_ -= calls;
  if (pending_ == 0 && calls > 0) napi_unref_threadsafe_function(env_, bell_);
}

void Environment::cancel(std::uint32_t slot) const {
  if (slot < calls_.size()) calls_[slot].cancel();
}

// `env` is null while the environment ends. No JavaScript runs then, so nothing is delivered.
void Environment::ring(napi_env env, napi_value, void* context, void*) {
  if (env != nullptr) static_cast<Environment*>(context)->drain();
}

// The promises settle after this function, so no call begins while it runs.
void Environment::drain() {
  while (queue_->take(batch_, errands_)) {
    for (const auto& item : batch_) calls_[item.slot] = {};
    let_go(batch_.size());
    for (std::size_t first = 0; first < batch_.size(); first += most_at_once) {
      try {
        deliver(batch_.data() + first, std::min(most_at_once, batch_.size() - first));
      } catch (const Napi::Error&) {
        // A worker that is being terminated runs no JavaScript, so nothing is delivered.
      }
    }
    batch_.clear();
    run_errands();
  }
}

void Environment::run_errands() {
  for (const auto& errand : errands_) {
    try {
      const Napi::HandleScope scope(env_);
      errand(env_);
    } catch (const Napi::Error&) {
      // As above.
    }
  }
  errands_.clear();
}

void Environment::deliver(Completion* items, std::size_t count) {
  const Napi::HandleScope scope(env_);
  std::array<napi_value, 2 * most_at_once> arguments;
  for (std::size_t i = 0; i < count; ++i) {
    bool failed = std::holds_alternative<std::unique_ptr<bonin::Error>>(items[i].answer);
    const auto slot = static_cast<std::int32_t>(items[i].slot);
    try {
      arguments[2 * i + 1] = std::visit(ToJs{env_}, items[i].answer);
    } catch (...) {
      failed = true;  // an answer that JavaScript cannot hold rejects its own call and no other
      arguments[2 * i + 1] = thrown(env_);
    }
    napi_create_int32(env_, failed ? ~slot : slot, &arguments[2 * i]);
  }
  napi_value ignored;
  napi_call_function(env_, undefined(env_), deliver_.Value(), 2 * count, arguments.data(), &ignored);
}

void Environment::end(void* self) { static_cast<Environment*>(self)->close(); }

void Environment::close() {
  const auto bell = queue_->close();
  if (bell != nullptr) napi_release_threadsafe_function(bell, napi_tsfn_release);
  for (const auto& call : calls_) call.cancel();
  if (is_main_thread_) bonin::shutdown();  // the end of a worker is not the end of the process
}

namespace environment_functions {

/// Is this the main thread?
Napi::Value install(const Info& info) {
  auto& environment = Environment::of(info.Env());
  environment.install(info[0].As<Napi::Function>(), info[1].As<Napi::Function>());
  return Napi::Boolean::New(info.Env(), environment.is_main_thread());
}

Napi::Value deliver_to(const Info& info) {
  Environment::of(info.Env()).deliver_to(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value cancel(const Info& info) {
  Environment::of(info.Env()).cancel(info[0].As<Napi::Number>().Uint32Value());
  return info.Env().Undefined();
}

/// a number, which the calls that begin until the next one carry
Napi::Value call_for(const Info& info) {
  Environment::of(info.Env()).call_for(static_cast<std::uint64_t>(info[0].As<Napi::Number>().Int64Value()));
  return info.Env().Undefined();
}

}  // namespace environment_functions

void register_environment(Napi::Env env, Napi::Object exports) {
  using namespace environment_functions;
  env.SetInstanceData(new Environment(env));
  define<install>(exports, "install");
  define<deliver_to>(exports, "deliverTo");
  define<cancel>(exports, "cancel");
  define<call_for>(exports, "callFor");
}
