#include <algorithm>

#include "bonin/columns.hpp"
#include "bonin/words.hpp"

namespace bonin {
namespace {

/// Which values are missing, and between which a rule understands the others. Comparisons alone: a million rows are
/// looked through with vectors.
template <class T>
struct Meaning {
  T missing_from, missing_to;
  T least, greatest;

  bool missing(T value) const noexcept { return (value >= missing_from) & (value <= missing_to); }
  bool unreadable(T value) const noexcept { return (!missing(value)) & ((value < least) | (value > greatest)); }
};

template <class T>
ColumnState state(std::string_view name, std::span<const T> column, std::size_t rows, const Meaning<T> meaning) {
  const std::size_t each = column.size() == 1 ? rows : 1;
  ColumnState state{name};
  if (column.empty()) state.missing = rows;
  std::size_t missing = 0, unreadable = 0;
  for (const T value : column) {
    missing += meaning.missing(value) ? 1 : 0;
    unreadable += meaning.unreadable(value) ? 1 : 0;
  }
  state.missing += missing * each;
  state.unreadable = unreadable * each;
  if (unreadable == 0) return state;
  const auto first = std::find_if(column.begin(), column.end(), [&](T value) { return meaning.unreadable(value); });
  state.first_unreadable = static_cast<std::size_t>(first - column.begin());
  return state;
}

/// A word's code, which is missing below 0.
ColumnState state_of_code(std::string_view name, std::span<const std::int8_t> column, std::size_t rows,
                          std::size_t values) {
  return state<std::int8_t>(name, column, rows, {-128, -1, 0, static_cast<std::int8_t>(values - 1)});
}

/// A word's code, of which 0 is missing.
ColumnState state_of_code(std::string_view name, std::span<const std::uint8_t> column, std::size_t rows,
                          std::size_t values) {
  return state<std::uint8_t>(name, column, rows, {0, 0, 1, static_cast<std::uint8_t>(values - 1)});
}

ColumnState state_of_bits(std::string_view name, std::span<const std::uint16_t> column, std::size_t rows) {
  return {name, column.empty() ? rows : 0};
}

ColumnState state_of_texts(std::string_view name, const CodedColumn& column, std::size_t rows) {
  const auto is_empty = [](std::string_view text) { return text.empty(); };
  const bool any_empty = std::any_of(column.names.begin(), column.names.end(), is_empty);
  std::size_t missing = 0;
  for (const auto code : column.codes) {
    const auto i = static_cast<std::uint32_t>(code);
    missing += i >= column.names.size() || (any_empty && is_empty(column.names[i])) ? 1 : 0;
  }
  return {name, column.codes.empty() ? rows : missing * (column.codes.size() == 1 ? rows : 1)};
}

}  // namespace

std::vector<ColumnState> inspect(const Columns& c, Moment now) {
  using namespace std::chrono;
  const auto day = [](Date date) { return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count()); };
  const std::size_t rows = c.rows, flags = 2;
  // Nobody was verified before: such are seconds that were given for milliseconds, unless a test's clock is that early.
  const auto first = std::min(Moment(sys_days{year{2000} / January / 1}), now);
  return {
      state_of_code("status", c.status, rows, words<Status>.size()),
      state<std::int64_t>("verified_at", c.verified_at, rows,
                          {Columns::no_time, Columns::no_time, floor<milliseconds>(first.time_since_epoch()).count(),
                           std::numeric_limits<std::int64_t>::max()}),
      state_of_code("channel_type", c.channel_type, rows, words<ChannelType>.size()),
      state<std::int32_t>("birth_date", c.birth_date, rows,
                          {Columns::no_date, Columns::no_date, day(year{1900} / January / 1), day(date_in_korea(now))}),
      state_of_code("gender", c.gender, rows, words<Gender>.size()),
      state_of_code("foreigner", c.foreigner, rows, flags),
      state_of_code("carrier", c.carrier, rows, words<Carrier>.size()),
      state_of_code("mvno", c.mvno, rows, flags),
      state_of_bits("present", c.present, rows),
      state_of_bits("self_declared", c.self_declared, rows),
      state_of_texts("provider", c.provider, rows),
      state_of_texts("channel_key", c.channel_key, rows),
      state_of_texts("pg_merchant_id", c.pg_merchant_id, rows),
  };
}

std::vector<std::string_view> column_names() {
  std::vector<std::string_view> names;
  for (const ColumnState& column : inspect({}, {})) names.push_back(column.name);
  return names;
}

}  // namespace bonin
