#include "columns.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "errors.hpp"
#include "from_python.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& message) {
  raise(ErrorKind::invalid_argument, "`" + name + "` " + message, name);
}

/// What a buffer's format says of its items, nullopt unless they are whole numbers of this machine.
struct Whole {
  bool is_signed;
  std::size_t size;
};
std::optional<Whole> whole_numbers(const py::buffer_info& info) {
  std::string_view format = info.format;
  if (!format.empty() && (format[0] == '@' || format[0] == '=' || format[0] == '<')) format.remove_prefix(1);
  if (format.size() != 1) return std::nullopt;
  const auto size = static_cast<std::size_t>(info.itemsize);
  if (std::string_view("bhilqn").find(format[0]) != std::string_view::npos) return Whole{true, size};
  if (std::string_view("?BHILQN").find(format[0]) != std::string_view::npos) return Whole{false, size};
  return std::nullopt;
}

template <class From, class T>
void convert(const py::buffer_info& info, std::vector<T>& into, const std::string& name) {
  const auto* item = static_cast<const char*>(info.ptr);
  for (auto& value : into) {
    From from;
    std::memcpy(&from, item, sizeof from);
    if (!std::in_range<T>(from)) refuse(name, "holds a number that is out of range");
    value = static_cast<T>(from);
    item += info.strides[0];
  }
}

template <class T>
void convert(Whole whole, const py::buffer_info& info, std::vector<T>& into, const std::string& name) {
  switch (whole.size) {
    case 1:
      return whole.is_signed ? convert<std::int8_t>(info, into, name) : convert<std::uint8_t>(info, into, name);
    case 2:
      return whole.is_signed ? convert<std::int16_t>(info, into, name) : convert<std::uint16_t>(info, into, name);
    case 4:
      return whole.is_signed ? convert<std::int32_t>(info, into, name) : convert<std::uint32_t>(info, into, name);
    default:
      return whole.is_signed ? convert<std::int64_t>(info, into, name) : convert<std::uint64_t>(info, into, name);
  }
}

/// The names that to_string() gives to the first values of an enumeration.
template <class Enum>
std::vector<std::string_view> names_up_to(Enum last) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.push_back(to_string(static_cast<Enum>(i)));
  return names;
}

bool is_text(py::handle value) { return PyUnicode_Check(value.ptr()) || PyTuple_Check(value.ptr()); }

std::int32_t day_number(bonin::Date date) {
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

}  // namespace

ColumnReader::ColumnReader(const py::dict& given) {
  columns_.rows = 1;
  for (const auto item : given) {
    const std::string name = to_text(item.first, "columns");
    if (!read(name, item.second)) refuse(name, "is no column of a verification");
  }
  if (given.empty()) refuse("columns", "holds no column");
}

void ColumnReader::count(const std::string& name, std::size_t size) {
  if (size == 1) return;
  if (has_rows_ && size != columns_.rows) {
    refuse(name, "has " + std::to_string(size) + " rows where another column has " + std::to_string(columns_.rows));
  }
  has_rows_ = true;
  columns_.rows = size;
}

template <class T>
std::span<const T> ColumnReader::one(T value) {
  const auto kept = std::make_shared<const T>(value);
  kept_.push_back(kept);
  return {kept.get(), 1};
}

template <class T>
std::span<const T> ColumnReader::numbers(const std::string& name, py::handle value) {
  if (PyBool_Check(value.ptr())) return one(static_cast<T>(value.ptr() == Py_True));
  if (PyLong_Check(value.ptr())) {
    const auto number = to_integer(value, name);
    if (!std::in_range<T>(number)) refuse(name, "holds a number that is out of range");
    return one(static_cast<T>(number));
  }
  std::shared_ptr<py::buffer_info> info;
  if (PyObject_CheckBuffer(value.ptr()) != 0) {
    try {
      info = std::make_shared<py::buffer_info>(py::reinterpret_borrow<py::buffer>(value).request());
    } catch (py::error_already_set&) {  // items that no buffer can carry
    }
  }
  const auto whole = info == nullptr ? std::nullopt : whole_numbers(*info);
  if (!whole || info->ndim != 1) refuse(name, "must be a whole number or a column of whole numbers");
  const auto size = static_cast<std::size_t>(info->shape[0]);
  count(name, size);
  const bool same = whole->size == sizeof(T) && (whole->is_signed == std::is_signed_v<T> || info->format == "?");
  const bool dense =
      info->strides[0] == info->itemsize && reinterpret_cast<std::uintptr_t>(info->ptr) % alignof(T) == 0;
  if (same && dense) {
    kept_.push_back(info);
    return {static_cast<const T*>(info->ptr), size};
  }
  const auto copy = std::make_shared<std::vector<T>>(size);
  convert(*whole, *info, *copy, name);
  kept_.push_back(copy);
  return *copy;
}

std::span<const std::int64_t> ColumnReader::times(const std::string& name, py::handle value) {
  if (PyObject_HasAttrString(value.ptr(), "utcoffset") == 0) return numbers<std::int64_t>(name, value);
  return one(static_cast<std::int64_t>(to_moment(value, name).time_since_epoch().count()));
}

bonin::CodedColumn ColumnReader::texts(const std::string& name, py::handle value) {
  py::handle codes;
  py::object names;
  if (PyUnicode_Check(value.ptr())) {
    names = py::make_tuple(value);
  } else if (PyTuple_Check(value.ptr()) && PyTuple_GET_SIZE(value.ptr()) == 2) {
    codes = PyTuple_GET_ITEM(value.ptr(), 0);
    names = py::reinterpret_borrow<py::object>(PyTuple_GET_ITEM(value.ptr(), 1));
  }
  if (!names || (!PyList_Check(names.ptr()) && !PyTuple_Check(names.ptr()))) {
    refuse(name, "must be a text, a column of texts or a pair of codes and their names");
  }
  const auto texts = std::make_shared<std::vector<std::string>>();
  for (const auto item : names) texts->push_back(to_text(item, name));
  const auto views = std::make_shared<std::vector<std::string_view>>(texts->begin(), texts->end());
  kept_.push_back(texts);
  kept_.push_back(views);
  return {codes ? numbers<std::int32_t>(name, codes) : one(std::int32_t{0}), *views};
}

/// Coded texts as numbers: `meaning` gives that of a name, `missing` stands for a row without one.
template <class T, class Meaning>
std::span<const T> ColumnReader::decode(const bonin::CodedColumn& given, T missing, const Meaning& meaning) {
  std::vector<T> meanings;
  for (const auto name : given.names) meanings.push_back(name.empty() ? missing : meaning(name));
  const auto column = std::make_shared<std::vector<T>>();
  column->reserve(given.codes.size());
  for (const auto code : given.codes) {
    const auto i = static_cast<std::size_t>(code);
    column->push_back(i < meanings.size() ? meanings[i] : missing);
  }
  kept_.push_back(column);
  return *column;
}

/// Codes as the core numbers them, or their names; a name nobody knows is there, but not understood.
template <class T>
std::span<const T> ColumnReader::words(const std::string& name, py::handle value,
                                       const std::vector<std::string_view>& known) {
  if (!is_text(value)) return numbers<T>(name, value);
  return decode(texts(name, value), static_cast<T>(std::is_signed_v<T> ? -1 : 0), [&](std::string_view text) {
    const auto found = std::find(known.begin(), known.end(), text);
    return found == known.end() ? T{std::numeric_limits<std::int8_t>::max()} : static_cast<T>(found - known.begin());
  });
}

std::span<const std::int32_t> ColumnReader::dates(const std::string& name, py::handle value) {
  if (PyObject_HasAttrString(value.ptr(), "isoformat") != 0) return one(day_number(to_date(value, name)));
  if (!is_text(value)) return numbers<std::int32_t>(name, value);
  return decode(texts(name, value), bonin::Columns::no_date, [](std::string_view text) {
    const auto date = bonin::parse_date(text);
    return date ? day_number(*date) : bonin::Columns::unreadable_date;
  });
}

bool ColumnReader::read(const std::string& name, py::handle value) {
  auto& c = columns_;
  if (name == "status") {
    c.status = words<std::uint8_t>(name, value, names_up_to(bonin::Status::failed));
  } else if (name == "verified_at") {
    c.verified_at = times(name, value);
  } else if (name == "channel_type") {
    c.channel_type = words<std::uint8_t>(name, value, names_up_to(bonin::ChannelType::test));
  } else if (name == "birth_date") {
    c.birth_date = dates(name, value);
  } else if (name == "gender") {
    c.gender = words<std::int8_t>(name, value, names_up_to(bonin::Gender::other));
  } else if (name == "foreigner") {
    c.foreigner = numbers<std::int8_t>(name, value);
  } else if (name == "carrier") {
    c.carrier = words<std::int8_t>(name, value, names_up_to(bonin::Carrier::lgu));
  } else if (name == "mvno") {
    c.mvno = numbers<std::int8_t>(name, value);
  } else if (name == "present") {
    c.present = numbers<std::uint16_t>(name, value);
  } else if (name == "self_declared") {
    c.self_declared = numbers<std::uint16_t>(name, value);
  } else if (name == "provider") {
    c.provider = texts(name, value);
  } else if (name == "channel_key") {
    c.channel_key = texts(name, value);
  } else if (name == "pg_merchant_id") {
    c.pg_merchant_id = texts(name, value);
  } else {
    return false;
  }
  return true;
}
