#pragma once
// The making of lines.

#include <functional>
#include <string>
#include <utility>

#include "bonin/doctor.hpp"

namespace bonin::doctor_detail {

/// The same in both languages, such as versions.
inline DoctorLine fact(std::string_view name, const std::string& text) {
  return {.name = name, .ko = text, .en = text};
}

inline DoctorLine well(std::string_view name, std::string ko, std::string en) {
  return {.name = name, .ko = std::move(ko), .en = std::move(en)};
}

inline DoctorLine odd(std::string_view name, std::string ko, std::string en, std::string next_ko = {},
                      std::string next_en = {}) {
  return {.name = name,
          .state = DoctorLine::State::warning,
          .ko = std::move(ko),
          .en = std::move(en),
          .next_ko = std::move(next_ko),
          .next_en = std::move(next_en)};
}

inline DoctorLine bad(std::string_view name, std::string ko, std::string en, std::string next_ko = {},
                      std::string next_en = {}) {
  auto line = odd(name, std::move(ko), std::move(en), std::move(next_ko), std::move(next_en));
  line.state = DoctorLine::State::failed;
  return line;
}

/// Tells the line of one check, once. Any thread.
using Tell = std::function<void(DoctorLine)>;

/// A variable of the environment; empty when it is not there.
std::string variable(const char* name);

}  // namespace bonin::doctor_detail
