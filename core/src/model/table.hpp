#pragma once
// Tables that an enum indexes: a row a value, with a name.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace bonin {

/// Is each row at the place of its key? For a static_assert beside the table.
template <class Row, std::size_t size, class Key>
constexpr bool in_order(const std::array<Row, size>& table, Key Row::*key) {
  for (std::size_t i = 0; i < size; ++i) {
    if (static_cast<std::size_t>(table[i].*key) != i) return false;
  }
  return true;
}

/// The key of the row with this name, nullopt when there is none.
template <class Row, std::size_t size, class Key>
std::optional<Key> named(const std::array<Row, size>& table, Key Row::*key, std::string_view name) noexcept {
  for (const auto& row : table) {
    if (row.name == name) return row.*key;
  }
  return std::nullopt;
}

}  // namespace bonin
