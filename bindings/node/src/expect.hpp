#pragma once
// What the application expects, as arguments in the order of the core's fields (expect.hpp).

#include "convert.hpp"
#include "errors.hpp"
#include "options.hpp"

/// `first`: where they begin among the arguments. One that is undefined expects nothing.
inline bonin::Expect to_expect(const Napi::CallbackInfo& info, std::size_t first) {
  const auto env = info.Env();
  bonin::Expect expect;
  for (const auto& field : bonin::expect_fields) {
    const napi_value value = info[first + static_cast<std::size_t>(field.field)];
    if (!is_given(env, value)) continue;
    const std::string name = "expect." + camel_case(field.name);
    if (field.text != nullptr) {
      expect.*field.text = to_text(env, value, name.c_str());
    } else {
      expect.*field.date = to_date(env, value, name.c_str());
    }
  }
  take(env, bonin::check_expect(expect));
  return expect;
}
