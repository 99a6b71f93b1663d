#pragma once
// A place in a document that is read strictly: a value, its JSON pointer, and where a refusal goes.

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/date.hpp"
#include "bonin/error.hpp"

namespace bonin::policy_detail {

using Json = nlohmann::json;

/// Where the first refusal of a reading goes, and its kind.
struct Refusal {
  ErrorKind kind;
  std::optional<Error> error;
};

/// After a refusal, reading goes on with harmless values, and the first refusal stays. The caller looks once, at the
/// end. Lifetime: `document` and `refusal` outlive the place.
class Place {
 public:
  Place(const Json& document, Refusal& refusal, std::string pointer = {})
      : json_(&document), refusal_(&refusal), pointer_(std::move(pointer)) {}

  const Json& json() const noexcept { return *json_; }
  const std::string& pointer() const noexcept { return pointer_; }
  bool refused() const noexcept { return refusal_->error.has_value(); }
  void refuse(std::string expected) const;
  void refuse(Error error) const;

  /// Is it an object with keys among these? Refuses what is not.
  bool object(std::span<const std::string_view> keys) const;
  template <std::size_t size>
  bool object(const std::array<std::string_view, size>& keys) const {
    return object(std::span<const std::string_view>(keys));
  }
  bool object(std::initializer_list<std::string_view> keys) const {
    return object(std::span<const std::string_view>(keys.begin(), keys.size()));
  }
  /// Is it an array of `least` to `most` elements? Refuses what is not, saying that `expected` was expected.
  bool array(std::size_t least, std::size_t most, const char* expected) const;

  bool is_text() const noexcept { return json_->is_string(); }
  bool has(std::string_view key) const;
  std::size_t size() const noexcept { return json_->size(); }
  /// The value under the key; null when the key is not there.
  Place at(std::string_view key) const;
  Place at(std::size_t index) const;
  /// Another value with a pointer of its own, whose refusal goes where this one's does.
  Place elsewhere(const Json& value, std::string pointer) const { return {value, *refusal_, std::move(pointer)}; }
  /// The first key of an object that has one.
  std::string first_key() const { return json_->begin().key(); }

  bool boolean() const;
  void only_true() const;
  int age() const;
  /// 1 to `most` bytes of UTF-8 without control characters.
  std::string text(std::size_t most) const;
  /// At most `most` bytes of any text.
  std::string any_text(std::size_t most) const;
  /// One of the words: its index.
  std::size_t word(std::span<const std::string_view> words) const;
  /// An array of 1 to 100 different texts.
  std::vector<std::string> texts() const;
  /// An array of 1 or more different words of these, as bits.
  unsigned words(std::span<const std::string_view> words, const char* expected, const char* once) const;
  /// `90s`, `10m`, `24h`, `7d`: a whole number without a leading zero and a unit, up to 36500 days. In milliseconds.
  std::int64_t duration() const;
  Date date() const;
  Moment moment() const;

 private:
  const Json* json_;
  Refusal* refusal_;
  std::string pointer_;
};

/// The words as a list for a message: `a`, `b`, `c`.
std::string listed(std::span<const std::string_view> words);

/// The names of a table's rows.
template <class Table>
constexpr auto names_of(const Table& table) {
  std::array<std::string_view, std::tuple_size_v<Table>> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = table[i].name;
  return names;
}

}  // namespace bonin::policy_detail
