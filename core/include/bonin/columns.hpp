#pragma once
// Many verifications at once, as columns: no object a row.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/date.hpp"

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
  static constexpr std::int64_t unreadable_time = no_time + 1;

  std::size_t rows = 0;
  std::span<const std::uint8_t> status;          // Status as a number
  std::span<const std::int64_t> verified_at;     // milliseconds since 1970 UTC, no_time or unreadable_time
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

/// In how many rows a rule did not pass for a reason. A combined rule has no reason of its own.
struct ReasonCount {
  std::size_t rule;         // its bit
  std::string_view reason;  // a word of Finding::reason
  std::size_t rows;
};

/// Where the answers go: each empty or `rows` long. Bit i of failed and unknown is `Policy::rules()[i]`.
struct ColumnDecisions {
  std::span<std::uint8_t> allowed;  // 1 or 0
  std::span<std::uint64_t> failed;
  std::span<std::uint64_t> unknown;
  std::vector<ReasonCount>* reasons = nullptr;  // emptied first
};

/// Told every some thousand rows how many are done; answer false to stop (the rest is then left denied).
using ColumnProgress = std::function<bool(std::size_t done, std::size_t rows)>;

/// Which rule a bit stands for.
struct RuleName {
  std::string code;
  std::string pointer;
};

/// A rule, or a part of one, and the columns that it reads. None: columns cannot answer it.
struct RuleColumns {
  std::string code;
  std::string pointer;
  std::vector<std::string_view> columns;
};

/// What a column holds.
struct ColumnState {
  std::string_view name;
  std::size_t missing = 0;     // rows without a value
  std::size_t unreadable = 0;  // rows with a value that no rule understands, or with a time before the year 2000
  std::size_t first_unreadable = 0;
};

/// The state of every column, in the order of the fields. One that is not given is missing in every row. A birth date
/// after `now` is one that no rule understands.
std::vector<ColumnState> inspect(const Columns& columns, Moment now);

/// The names of the columns.
std::vector<std::string_view> column_names();

}  // namespace bonin
