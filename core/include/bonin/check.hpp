#pragma once
// What a service needs before it can verify anybody, looked at for its boot and its readiness.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace bonin {

/// One thing that was looked at. No personal data and no secret is in it.
struct Check {
  // "calls": new ones are taken. "certificates": those of authorities are found. "credentials": PortOne accepts them;
  // "credentials_v2": those of a V1 client's `v2`. "clock": it agrees with PortOne's. "store": the registry's answers.
  std::string_view name{};
  bool ok = false;
  std::string_view reason{};  // why not: the name of an error's kind, `skew` or `unknown`; empty when it is well
  std::string detail{};       // what is so; when it is not well, what to do as well
  std::chrono::milliseconds took{0};
};

struct CheckReport {
  std::vector<Check> checks;
  bool ok() const noexcept {
    return std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.ok; });
  }
};

}  // namespace bonin
