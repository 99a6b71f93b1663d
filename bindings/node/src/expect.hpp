#pragma once
// What the application expects, as five arguments: merchantUid, customData, name, phone, birthDate.

#include "convert.hpp"
#include "errors.hpp"

/// `first`: where the five stand among the arguments. One that is undefined expects nothing.
inline bonin::Expect to_expect(const Napi::CallbackInfo& info, std::size_t first) {
  const auto env = info.Env();
  bonin::Expect expect;
  const auto text = [&](std::size_t place, const char* key, std::optional<std::string>& into) {
    const napi_value value = info[first + place];
    if (is_given(env, value)) into = to_text(env, value, key);
  };
  text(0, "expect.merchantUid", expect.merchant_uid);
  text(1, "expect.customData", expect.custom_data);
  text(2, "expect.name", expect.name);
  text(3, "expect.phone", expect.phone);
  if (is_given(env, info[first + 4])) expect.birth_date = to_date(env, info[first + 4], "expect.birthDate");
  take(env, bonin::check_expect(expect));
  return expect;
}
