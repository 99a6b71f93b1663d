#include "columns.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "wall_clock.hpp"

namespace {

using Kind = Column::Kind;

constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();  // NumPy's NaT

std::int32_t day_number(bonin::Date date) {
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

/// The values where they lie, when they are the core's own.
template <class T>
std::optional<std::span<const T>> in_place(const Column& column) {
  if (column.stretches.size() != 1) return std::nullopt;
  const Stretch& at = column.stretches[0];
  const bool same =
      at.type == whole_number(std::is_signed_v<T>, sizeof(T)) && at.valid == nullptr && at.gone == nullptr;
  const auto* const data = static_cast<const char*>(at.data) + static_cast<std::ptrdiff_t>(at.first) * at.stride;
  if (!same || at.stride != sizeof(T) || reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0) return std::nullopt;
  return std::span<const T>(reinterpret_cast<const T*>(data), at.size);
}

void need(const std::string& name, const Column& column, std::initializer_list<Kind> kinds, const char* what) {
  if (column.kind == Kind::nothing || std::find(kinds.begin(), kinds.end(), column.kind) != kinds.end()) return;
  refuse_column(name, "must be " + std::string(what) + ", and holds " + std::string(words_of(column.kind)));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// A time without a time zone, on its way in: `2026-01-02 03:04:05` with a blank or a T.
struct ReadTime {
  std::optional<bonin::Moment> moment;
  bool naive = false;
};
ReadTime read_time(std::string_view given) {
  std::string text(given);
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  if (const auto moment = bonin::parse_moment(text)) return {moment, false};
  return {bonin::parse_moment(text + 'Z'), true};
}

[[noreturn]] void refuse_naive(const std::string& name) {
  refuse_column(
      name,
      "holds times without a time zone: give the zone with the times, or say which clock they are of, such as "
      "`time_zone=\"Asia/Seoul\"`");
}

}  // namespace

void ColumnReader::count(const std::string& name, const Column& column) {
  if (column.single || column.size == 1) return;
  if (has_rows_ && column.size != columns_.rows) {
    refuse_column(
        name, "has " + std::to_string(column.size) + " rows where another column has " + std::to_string(columns_.rows));
  }
  has_rows_ = true;
  columns_.rows = column.size;
}

template <class T>
std::span<const T> ColumnReader::keep(std::vector<T> values) {
  const auto kept = std::make_shared<std::vector<T>>(std::move(values));
  kept_.push_back(kept);
  return *kept;
}

template <class T>
std::span<const T> ColumnReader::numbers(const std::string& name, Column& column, T missing) {
  if (const auto here = in_place<T>(column)) return *here;
  std::vector<T> values;
  values.reserve(column.size);
  each_number(column, name, [&](bool there, std::int64_t value) {
    if (there && !std::in_range<T>(value)) refuse_column(name, "holds a number that is out of range");
    values.push_back(there ? static_cast<T>(value) : missing);
  });
  values.resize(column.size, missing);  // of a column of nothing
  return keep(std::move(values));
}

template <class T>
std::span<const T> ColumnReader::bits(const std::string& name, Column& column, T missing) {
  need(name, column, {Kind::numbers}, "bits as whole numbers");
  return numbers<T>(name, column, missing);
}

template <class T>
std::span<const T> ColumnReader::flags(const std::string& name, Column& column, T missing) {
  need(name, column, {Kind::numbers, Kind::flags}, "booleans, or 0, 1 and -1");
  return numbers<T>(name, column, missing);
}

/// Coded texts as numbers: `meaning` gives that of a name, `missing` stands for a row without one.
template <class T, class Meaning>
std::span<const T> ColumnReader::decode(const std::string& name, const Column& column, T missing,
                                        const Meaning& meaning) {
  std::vector<T> meanings;
  meanings.reserve(column.names.size());
  for (const auto text : column.names) meanings.push_back(text.empty() ? missing : meaning(text));
  std::vector<T> values;
  values.reserve(column.size);
  each_number(column, name, [&](bool there, std::int64_t code) {
    const auto i = static_cast<std::size_t>(code);
    values.push_back(there && i < meanings.size() ? meanings[i] : missing);
  });
  return keep(std::move(values));
}

/// Codes as the core numbers them, or their words; a word nobody knows is there, but not understood.
template <class T>
std::span<const T> ColumnReader::words(const std::string& name, Column& column, std::span<const std::string_view> known,
                                       T missing) {
  need(name, column, {Kind::numbers, Kind::texts}, "words, or the numbers that stand for them");
  if (column.kind != Kind::texts) return numbers<T>(name, column, missing);
  return decode(name, column, missing, [&](std::string_view text) {
    const auto found = std::find(known.begin(), known.end(), text);
    return found == known.end() ? T{std::numeric_limits<std::int8_t>::max()} : static_cast<T>(found - known.begin());
  });
}

std::span<const std::int64_t> ColumnReader::times(const std::string& name, Column& column) {
  using bonin::Columns;
  need(name, column, {Kind::numbers, Kind::times, Kind::texts}, "times, their texts or milliseconds since 1970");
  WallClock clock(time_zone_);
  std::size_t row = 0;
  const auto in_utc = [&](std::int64_t wall_ms) {
    if (time_zone_.is_none()) refuse_naive(name);
    const auto utc = clock.utc(wall_ms);
    if (!utc) {
      refuse_column(name,
                    "holds, in row " + std::to_string(row) +
                        ", a time that the clocks of this zone showed twice or never: give the times with their zone");
    }
    return *utc;
  };
  if (column.kind == Kind::texts) {
    std::vector<ReadTime> meanings;
    for (const auto text : column.names) meanings.push_back(read_time(text));
    std::vector<std::int64_t> values;
    values.reserve(column.size);
    each_number(column, name, [&](bool there, std::int64_t code) {
      const auto i = static_cast<std::size_t>(code);
      const bool given = there && i < meanings.size() && !column.names[i].empty();
      std::int64_t value = given ? Columns::unreadable_time : Columns::no_time;
      if (given && meanings[i].moment) {
        value = meanings[i].moment->time_since_epoch().count();
        if (meanings[i].naive) value = in_utc(value);
      }
      values.push_back(value);
      ++row;
    });
    return keep(std::move(values));
  }
  const bool as_given = column.kind != Kind::times || (column.per_second == 1000 && !column.naive);
  if (as_given) return numbers<std::int64_t>(name, column, Columns::no_time);
  std::vector<std::int64_t> values;
  values.reserve(column.size);
  each_number(column, name, [&](bool there, std::int64_t value) {
    std::int64_t ms = Columns::no_time;
    if (there && value != not_a_time) {
      if (column.per_second >= 1000) {
        ms = floor_div(value, column.per_second / 1000);
      } else if (std::abs(value) < std::numeric_limits<std::int64_t>::max() / 1000) {
        ms = value * (1000 / column.per_second);
      } else {
        refuse_column(name, "holds a time that is out of range");
      }
      if (column.naive) ms = in_utc(ms);
    }
    values.push_back(ms);
    ++row;
  });
  return keep(std::move(values));
}

std::span<const std::int32_t> ColumnReader::dates(const std::string& name, Column& column) {
  using bonin::Columns;
  need(name, column, {Kind::numbers, Kind::days, Kind::times, Kind::texts},
       "dates, their texts `YYYY-MM-DD` or days since 1970-01-01");
  if (column.kind == Kind::texts) {
    return decode(name, column, Columns::no_date, [](std::string_view text) {
      const auto date = bonin::parse_date(text);
      return date ? day_number(*date) : Columns::unreadable_date;
    });
  }
  if (column.kind != Kind::times) {
    // NumPy's days are 64 bits wide, and its NaT is the least of them.
    if (column.kind == Kind::numbers || in_place<std::int32_t>(column)) {
      return numbers<std::int32_t>(name, column, Columns::no_date);
    }
  } else if (!column.naive) {
    refuse_column(
        name,
        "holds times with a time zone: which day they are of depends on it. Give dates, or times without a time zone");
  }
  const std::int64_t per_day = column.kind == Kind::days ? 1 : column.per_second * 86'400;
  std::vector<std::int32_t> values;
  values.reserve(column.size);
  each_number(column, name, [&](bool there, std::int64_t value) {
    if (!there || value == not_a_time) return values.push_back(Columns::no_date);
    if (value % per_day != 0) refuse_column(name, "holds a time of day: a date of birth is never rounded");
    const std::int64_t day = value / per_day;
    if (!std::in_range<std::int32_t>(day)) refuse_column(name, "holds a date that is out of range");
    values.push_back(static_cast<std::int32_t>(day));
  });
  values.resize(column.size, Columns::no_date);
  return keep(std::move(values));
}

bonin::CodedColumn ColumnReader::texts(const std::string& name, Column& column) {
  need(name, column, {Kind::texts}, "texts, or a pair of codes and their names");
  return {numbers<std::int32_t>(name, column, -1), keep(std::move(column.names))};
}

void ColumnReader::read(const std::string& name, Column column) {
  auto& c = columns_;
  count(name, column);
  kinds_.insert_or_assign(name, words_of(column.kind));
  if (name == "status") {
    c.status = words<std::uint8_t>(name, column, bonin::words<bonin::Status>, 0);
  } else if (name == "verified_at") {
    c.verified_at = times(name, column);
  } else if (name == "channel_type") {
    c.channel_type = words<std::uint8_t>(name, column, bonin::words<bonin::ChannelType>, 0);
  } else if (name == "birth_date") {
    c.birth_date = dates(name, column);
  } else if (name == "gender") {
    c.gender = words<std::int8_t>(name, column, bonin::words<bonin::Gender>, -1);
  } else if (name == "foreigner") {
    c.foreigner = flags<std::int8_t>(name, column, -1);
  } else if (name == "carrier") {
    c.carrier = words<std::int8_t>(name, column, bonin::words<bonin::Carrier>, -1);
  } else if (name == "mvno") {
    c.mvno = flags<std::int8_t>(name, column, -1);
  } else if (name == "present") {
    c.present = bits<std::uint16_t>(name, column, 0);
  } else if (name == "self_declared") {
    constexpr std::uint16_t all = (1U << bonin::attributes.size()) - 1;  // whether anybody checked is not known
    c.self_declared = bits<std::uint16_t>(name, column, all);
  } else if (name == "provider") {
    c.provider = texts(name, column);
  } else if (name == "channel_key") {
    c.channel_key = texts(name, column);
  } else if (name == "pg_merchant_id") {
    c.pg_merchant_id = texts(name, column);
  }
  kept_.insert(kept_.end(), column.kept.begin(), column.kept.end());
}
