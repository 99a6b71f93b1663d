#pragma once
// What module.cpp calls, one a noun. Each puts the functions of its noun on the exports; lib/*.js makes classes of
// them. The functions stand in a namespace of their own: most are called what others are called too.

#include <napi.h>

void register_environment(Napi::Env env, Napi::Object exports);
void register_errors(Napi::Env env, Napi::Object exports);
void register_runtime(Napi::Env env, Napi::Object exports);
void register_verification(Napi::Env env, Napi::Object exports);
void register_decision(Napi::Env env, Napi::Object exports);
void register_policy(Napi::Env env, Napi::Object exports);
void register_policy_cases(Napi::Env env, Napi::Object exports);
void register_policy_file(Napi::Env env, Napi::Object exports);
void register_policy_many(Napi::Env env, Napi::Object exports);
void register_health(Napi::Env env, Napi::Object exports);
void register_portone(Napi::Env env, Napi::Object exports);
void register_portone_v1(Napi::Env env, Napi::Object exports);
void register_portone_v2(Napi::Env env, Napi::Object exports);
void register_own_store(Napi::Env env, Napi::Object exports);
void register_registry(Napi::Env env, Napi::Object exports);
void register_reservation(Napi::Env env, Napi::Object exports);
void register_verifier(Napi::Env env, Napi::Object exports);
void register_sandbox(Napi::Env env, Napi::Object exports);
void register_web(Napi::Env env, Napi::Object exports);

using Info = Napi::CallbackInfo;

/// Puts a function on a noun.
template <Napi::Value (*function)(const Info&)>
void define(Napi::Object noun, const char* name) {
  noun.Set(name, Napi::Function::New<function>(noun.Env(), name));
}
