// The addon: converts, calls the core, converts back. One `register_…` function for each file.

#include "registers.hpp"

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  register_environment(env, exports);
  register_errors(env, exports);
  register_runtime(env, exports);
  register_verification(env, exports);
  register_decision(env, exports);
  register_judged(env, exports);
  register_policy(env, exports);
  register_policy_cases(env, exports);
  register_policy_file(env, exports);
  register_age(env, exports);
  register_policy_many(env, exports);
  register_health(env, exports);
  register_portone(env, exports);
  register_portone_v1(env, exports);
  register_portone_v2(env, exports);
  register_own_store(env, exports);
  register_registry(env, exports);
  register_import(env, exports);
  register_reservation(env, exports);
  register_verifier(env, exports);
  register_proof(env, exports);
  register_sandbox(env, exports);
  register_made(env, exports);
  register_web(env, exports);
  return exports;
}

NODE_API_MODULE(bonin, initialize)
