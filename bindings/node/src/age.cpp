#include "convert.hpp"
#include "errors.hpp"
#include "options.hpp"
#include "registers.hpp"

namespace age_functions {

/// birth, {on, by}
Napi::Value age(const Info& info) {
  const auto env = info.Env();
  const auto birth = to_date(env, info[0], "birth");
  std::optional<bonin::Date> on;
  auto by = bonin::AgeBy::full;
  Options options(env, info[1], "options");
  options.day("on", on);
  options.word("by", by);
  options.finish();
  if (!on) raise(env, bonin::ErrorKind::invalid_argument, "`on` must be given: the day to count the age on", "on");
  const auto age = bonin::age(birth, *on, by);
  if (!age) raise(env, bonin::ErrorKind::invalid_argument, "`birth` must not be after `on`", "birth");
  return Napi::Number::New(env, *age);
}

}  // namespace age_functions

void register_age(Napi::Env env, Napi::Object exports) {
  auto functions = Napi::Object::New(env);
  define<age_functions::age>(functions, "age");
  exports.Set("ages", functions);
}
