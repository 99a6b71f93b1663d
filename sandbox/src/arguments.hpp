#pragma once
// The arguments of an operation.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/words.hpp"
#include "clock.hpp"
#include "json.hpp"

namespace bonin::sandbox {

/// Reads the members of an object of arguments. The first mistake is reported, and a member that was not read is
/// unknown.
class Arguments {
 public:
  Arguments(const Json& object, std::string where) : object_(object), where_(std::move(where)) {}

  const Json* take(const char* name) {
    known_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  /// Text, null (nothing) or nothing. `given` tells whether the name is there at all.
  std::optional<std::string> text(const char* name, bool* given = nullptr) {
    const Json* value = take(name);
    if (given) *given = value != nullptr;
    if (!value || value->is_null()) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    fail(name, "must be a string");
    return std::nullopt;
  }
  std::optional<bool> flag(const char* name, bool* given = nullptr) {
    const Json* value = take(name);
    if (given) *given = value != nullptr;
    if (!value || value->is_null()) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    fail(name, "must be true, false or null");
    return std::nullopt;
  }
  std::optional<std::int64_t> time(const char* name) {
    const Json* value = take(name);
    if (!value || value->is_null()) return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= static_cast<std::uint64_t>(latest_ms)) {
      return static_cast<std::int64_t>(value->get<std::uint64_t>());
    }
    fail(name, "must be milliseconds since 1970, at most the year 9999");
    return std::nullopt;
  }
  void fail(const std::string& name, std::string message) {
    if (!error_) error_ = bad_parameter(where_ + name, std::move(message));
  }
  /// The mistake, if there is one; a member nobody asked for is one too.
  const std::optional<Error>& error() {
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) {
        const std::vector<std::string_view> names(known_.begin(), known_.end());
        fail(name, unknown("field", name, names));
      }
    }
    return error_;
  }

 private:
  const Json& object_;
  std::string where_;
  std::set<std::string, std::less<>> known_;
  std::optional<Error> error_;
};

}  // namespace bonin::sandbox
