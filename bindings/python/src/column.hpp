#pragma once
// A column as somebody gave it: what its values are, and where they lie. Nothing is copied yet.

#include <pybind11/pybind11.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bonin/bonin.hpp"

namespace py = pybind11;

enum class Number : std::uint8_t { bit, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 };

/// A whole number of so many bytes.
constexpr Number whole_number(bool is_signed, std::size_t bytes) noexcept {
  switch (bytes) {
    case 1:
      return is_signed ? Number::i8 : Number::u8;
    case 2:
      return is_signed ? Number::i16 : Number::u16;
    case 4:
      return is_signed ? Number::i32 : Number::u32;
    default:
      return is_signed ? Number::i64 : Number::u64;
  }
}

/// Numbers one after another in memory that is somebody else's.
struct Stretch {
  Number type = Number::i64;
  const void* data = nullptr;
  std::size_t first = 0;  // of the values, and of the bits of `valid`
  std::size_t size = 0;
  std::ptrdiff_t stride = 0;            // in bytes, from value to value
  const std::uint8_t* valid = nullptr;  // a bit a value, as Arrow has it; null: all are there
  const std::uint8_t* gone = nullptr;   // a byte a value, as pandas has it: not 0 is missing
};

struct Column {
  enum class Kind : std::uint8_t { nothing, numbers, flags, days, times, texts };

  Kind kind = Kind::nothing;
  bool single = false;  // one value that stands for every row
  bool naive = false;   // of times: on a clock of which nobody said where it hangs
  std::size_t size = 0;
  std::int64_t per_second = 1000;  // of times: units since 1970
  std::vector<Stretch> stretches;  // of texts: codes
  std::vector<std::string_view> names;
  std::vector<std::shared_ptr<const void>> kept;

  /// Keeps something alive as long as the column, and gives it.
  template <class T>
  T& keep(T value) {
    const auto kept_here = std::make_shared<T>(std::move(value));
    kept.push_back(kept_here);
    return *kept_here;
  }
  /// Values of its own.
  template <class T>
  void own(Number type, std::vector<T> values) {
    const auto& here = keep(std::move(values));
    stretches.push_back({type, here.data(), 0, here.size(), sizeof(T)});
    size += here.size();
  }
};

/// What the values of a column are, for a message.
std::string_view words_of(Column::Kind kind) noexcept;

[[noreturn]] void refuse_column(const std::string& name, const std::string& message);

/// A column out of anything that Python has for one; bonin._columns.prepare has seen it.
Column to_column(const std::string& name, py::handle value);

/// Texts that repeat, each kept once.
class Coder {
 public:
  std::int32_t code(std::string_view text) {
    const auto [found, is_new] = codes_.try_emplace(text, static_cast<std::int32_t>(names_.size()));
    if (is_new) names_.push_back(text);
    return found->second;
  }
  std::vector<std::string_view> names() && { return std::move(names_); }

 private:
  std::unordered_map<std::string_view, std::int32_t> codes_;
  std::vector<std::string_view> names_;
};

namespace column_detail {

template <class From>
bool is_there(const Stretch& stretch, std::size_t i, From value) noexcept {
  if (stretch.valid != nullptr) {
    const std::size_t bit = stretch.first + i;
    if ((stretch.valid[bit / 8] >> (bit % 8) & 1) == 0) return false;
  }
  if (stretch.gone != nullptr && stretch.gone[i] != 0) return false;
  if constexpr (std::is_floating_point_v<From>) return value == value;
  return true;
}

template <class From, class Visit>
void each_of(const Stretch& stretch, const std::string& name, const Visit& visit) {
  const auto* item =
      static_cast<const char*>(stretch.data) + static_cast<std::ptrdiff_t>(stretch.first) * stretch.stride;
  for (std::size_t i = 0; i < stretch.size; ++i, item += stretch.stride) {
    From from;
    std::memcpy(&from, item, sizeof from);
    if (!is_there(stretch, i, from)) {
      visit(false, std::int64_t{0});
      continue;
    }
    if constexpr (std::is_floating_point_v<From>) {
      constexpr From edge = 9007199254740992.0;  // up to 2^53 every whole number is one
      if (!(from >= -edge && from <= edge) || from != static_cast<From>(static_cast<std::int64_t>(from))) {
        refuse_column(name, "holds a number that is not whole");
      }
    } else if (!std::in_range<std::int64_t>(from)) {
      refuse_column(name, "holds a number that is out of range");
    }
    visit(true, static_cast<std::int64_t>(from));
  }
}

template <class Visit>
void each_bit(const Stretch& stretch, const Visit& visit) {
  const auto* bits = static_cast<const std::uint8_t*>(stretch.data);
  for (std::size_t i = 0; i < stretch.size; ++i) {
    const std::size_t bit = stretch.first + i;
    const bool there = is_there(stretch, i, false);
    visit(there, static_cast<std::int64_t>(bits[bit / 8] >> (bit % 8) & 1));
  }
}

}  // namespace column_detail

/// Calls visit(there, value) for every value.
template <class Visit>
void each_number(const Column& column, const std::string& name, const Visit& visit) {
  using namespace column_detail;
  for (const Stretch& stretch : column.stretches) {
    switch (stretch.type) {
      case Number::bit:
        each_bit(stretch, visit);
        break;
      case Number::i8:
        each_of<std::int8_t>(stretch, name, visit);
        break;
      case Number::u8:
        each_of<std::uint8_t>(stretch, name, visit);
        break;
      case Number::i16:
        each_of<std::int16_t>(stretch, name, visit);
        break;
      case Number::u16:
        each_of<std::uint16_t>(stretch, name, visit);
        break;
      case Number::i32:
        each_of<std::int32_t>(stretch, name, visit);
        break;
      case Number::u32:
        each_of<std::uint32_t>(stretch, name, visit);
        break;
      case Number::i64:
        each_of<std::int64_t>(stretch, name, visit);
        break;
      case Number::u64:
        each_of<std::uint64_t>(stretch, name, visit);
        break;
      case Number::f32:
        each_of<float>(stretch, name, visit);
        break;
      case Number::f64:
        each_of<double>(stretch, name, visit);
        break;
    }
  }
}
