#pragma once
// Many verifications at once, as columns: no object a row.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace bonin {

/// Texts that repeat, as an index into a list of names. An index outside of the list (-1, say) means missing.
struct CodedColumn {
  std::span<const std::int32_t> codes;
  std::span<const std::string_view> names;
};

/// One verification a row. Each column has `rows` entries, or one entry that stands for every row, or none: missing in
/// every row (which denies wherever a rule asks for it). Nothing is copied; all of it must outlive the call.
struct Columns {
  static constexpr std::int32_t no_date = std::numeric_limits<std::int32_t>::min();
  static constexpr std::int32_t unreadable_date = no_date + 1;
  static constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

  std::size_t rows = 0;
  std::span<const std::uint8_t> status;          // Status as a number
  std::span<const std::int64_t> verified_at;     // milliseconds since 1970 UTC, or no_time
  std::span<const std::uint8_t> channel_type;    // ChannelType as a number
  std::span<const std::int32_t> birth_date;      // days since 1970-01-01, no_date or unreadable_date
  std::span<const std::int8_t> gender;           // Gender as a number, -1 missing
  std::span<const std::int8_t> foreigner;        // 0 no, 1 yes, -1 missing
  std::span<const std::int8_t> carrier;          // Carrier as a number, -1 missing
  std::span<const std::int8_t> mvno;             // 0 no, 1 yes, -1 missing
  std::span<const std::uint16_t> present;        // bits (attributes.hpp) of name, phone, ci, di: there is a value
  std::span<const std::uint16_t> self_declared;  // bits of attributes that nobody checked; none: all are attested
  CodedColumn provider;
  CodedColumn channel_key;
  CodedColumn pg_merchant_id;
};

/// Where the answers go: each empty or `rows` long. Bit i of failed and unknown is `Policy::rules()[i]`.
struct ColumnDecisions {
  std::span<std::uint8_t> allowed;  // 1 or 0
  std::span<std::uint64_t> failed;
  std::span<std::uint64_t> unknown;
};

/// Told every some thousand rows how many are done; answer false to stop (the rest is then left denied).
using ColumnProgress = std::function<bool(std::size_t done, std::size_t rows)>;

/// Which rule a bit stands for.
struct RuleName {
  std::string code;
  std::string pointer;
};

}  // namespace bonin
