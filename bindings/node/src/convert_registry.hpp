#pragma once
// The registry's answers as JavaScript values.

#include <napi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"

napi_value to_js(napi_env env, bonin::Done done);
napi_value to_js(napi_env env, std::int64_t number);
napi_value to_js(napi_env env, const std::optional<std::string>& text);
napi_value to_js(napi_env env, const bonin::Claim& claim);          // {outcome, reason, until, granted}
napi_value to_js(napi_env env, const bonin::Standing& standing);    // the object that Policy.evaluate takes
napi_value to_js(napi_env env, bonin::Standing::Use use);           // a word
napi_value to_js(napi_env env, const bonin::Reservation& place);    // a handle
napi_value to_js(napi_env env, const bonin::Admission& admission);  // {standing, reservation}
napi_value to_js(napi_env env, const bonin::Reserved& reserved);    // {reservation, reason}
napi_value to_js(napi_env env, const bonin::Counts& counts);        // {persons, accounts, keys, uses}
napi_value to_js(napi_env env, const bonin::PersonKey& key);        // {kind, pepperId, hash, provider}
napi_value to_js(napi_env env, const bonin::ImportBatch& batch);
napi_value to_js(napi_env env, const bonin::PersonPage& page);  // {items, next}
napi_value to_js(napi_env env, const std::vector<bonin::PepperCount>& counts);
