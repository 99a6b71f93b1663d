#pragma once
// A preset in words: what a list of them shows.

#include <string>
#include <string_view>

namespace bonin {

/// Thread-safety: a plain value.
struct PresetInfo {
  std::string_view name;
  std::string ko, en;    // what it asks for beside the baseline
  std::string_view law;  // its source
  bool election_day;     // it needs the day of the election
};

}  // namespace bonin
