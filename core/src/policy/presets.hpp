#pragma once
// Age limits of Korean law, by name.

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

namespace bonin::policy_detail {

struct Preset {
  std::string_view name;
  std::string_view law;
  std::string_view description;  // in English, as the document of the preset has it
  std::string_view ko;           // the same in Korean
  int age;
  bool by_year;       // else full age
  bool election_day;  // counted when the election day ends
};

std::span<const Preset> presets() noexcept;

/// Null if there is none of this name.
const Preset* find_preset(std::string_view name) noexcept;

/// The rule that a preset asks for, without the day of an election.
nlohmann::json demanded_by(const Preset& preset);

}  // namespace bonin::policy_detail
