#pragma once
// The fields of a request, read strictly: a field that comes twice is seen twice.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bonin/web.hpp"

namespace bonin::web {

/// One value of a field.
struct Entry {
  enum class Kind : std::uint8_t { text, no, nothing, other };
  std::string name;
  Kind kind = Kind::other;
  std::string text{};
  bool in_array = false;  // one of the values of an array, which is an entry of its own
  bool is_array = false;
};
using Entries = std::vector<Entry>;

Entries entries_of_form(std::string_view form);

/// A body of the type that it says, after check_body(). What is labelled JSON and is a form is read as one: jQuery
/// sends that when a page sets the header alone, as PortOne's V1 sample does.
std::variant<Entries, RefusalCode> entries_of_body(std::string_view content_type, std::string_view body);

/// The one text of this name; null when there is none, or more than one, or no text.
const std::string* only_text(const Entries& entries, std::string_view name);

/// Is there a value of this name that says something?
bool is_given(const Entries& entries, std::string_view name);

}  // namespace bonin::web
