#pragma once
// The personas: invented people with stable names.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "records.hpp"

namespace bonin::sandbox {

/// How a persona's birth date is found when they are verified.
enum class Birth : std::uint8_t {
  fixed,              // as in `person`
  twelve_years_ago,   // 5 May, twelve years before this year
  fifteen_years_ago,  // 5 May, fifteen years before this year
  this_day_19,        // today's day in Korea, 19 years ago
  tomorrow_19,        // tomorrow's day in Korea, 19 years before that
};

struct Persona {
  std::string name;
  std::string ko;
  std::string en;
  Person person;  // CI and DI are set when verified, unless `has_ci` / `has_di` say no
  Birth birth = Birth::fixed;
  std::string provider = "DANAL";
  std::optional<std::string> channel_type = "LIVE";
  State state = State::verified;
  bool has_ci = true;
  bool has_di = true;
  bool bare = false;  // only what an answer must have
};

/// The person of a persona at a moment, with CI and DI.
Person person_of(const Persona& persona, std::int64_t now_ms, std::string_view pg_merchant_id);

std::vector<Persona> built_in_personas();

/// What control operations say of a person.
Json person_json(const Person& person);

}  // namespace bonin::sandbox
