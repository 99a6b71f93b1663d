#pragma once
// What module.cpp calls, one for each file. Each puts an object of functions on the exports, of which lib/*.js makes
// classes. The functions of a file stand in a namespace of their own, for several files have one of the same name.

#include <napi.h>

void register_environment(Napi::Env env, Napi::Object exports);
void register_errors(Napi::Env env, Napi::Object exports);
void register_runtime(Napi::Env env, Napi::Object exports);
void register_verification(Napi::Env env, Napi::Object exports);
void register_decision(Napi::Env env, Napi::Object exports);
void register_judged(Napi::Env env, Napi::Object exports);
void register_policy(Napi::Env env, Napi::Object exports);
void register_policy_cases(Napi::Env env, Napi::Object exports);
void register_policy_file(Napi::Env env, Napi::Object exports);
void register_age(Napi::Env env, Napi::Object exports);
void register_policy_many(Napi::Env env, Napi::Object exports);
void register_health(Napi::Env env, Napi::Object exports);
void register_portone(Napi::Env env, Napi::Object exports);
void register_portone_v1(Napi::Env env, Napi::Object exports);
void register_portone_v2(Napi::Env env, Napi::Object exports);
void register_own_store(Napi::Env env, Napi::Object exports);
void register_registry(Napi::Env env, Napi::Object exports);
void register_import(Napi::Env env, Napi::Object exports);
void register_reservation(Napi::Env env, Napi::Object exports);
void register_verifier(Napi::Env env, Napi::Object exports);
void register_proof(Napi::Env env, Napi::Object exports);
void register_sandbox(Napi::Env env, Napi::Object exports);
void register_made(Napi::Env env, Napi::Object exports);
void register_web(Napi::Env env, Napi::Object exports);

using Info = Napi::CallbackInfo;

/// Adds a function under a name.
template <Napi::Value (*function)(const Info&)>
void define(Napi::Object functions, const char* name) {
  functions.Set(name, Napi::Function::New<function>(functions.Env(), name));
}
