#include "column.hpp"

#include <datetime.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "arrow.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "kept.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

namespace {

using Kind = Column::Kind;

/// What a buffer's format says of its items; nullopt unless they are numbers of this machine.
std::optional<Number> number_of(const py::buffer_info& info) {
  std::string_view format = info.format;
  if (!format.empty() && (format[0] == '@' || format[0] == '=' || format[0] == '<')) format.remove_prefix(1);
  if (format.size() != 1) return std::nullopt;
  if (format == "f") return Number::f32;
  if (format == "d") return Number::f64;
  const bool is_signed = std::string_view("bhilqn").find(format[0]) != std::string_view::npos;
  if (!is_signed && std::string_view("?BHILQN").find(format[0]) == std::string_view::npos) return std::nullopt;
  return whole_number(is_signed, static_cast<std::size_t>(info.itemsize));
}

/// Asks for a buffer; false: it has none that can be read.
bool read_buffer(py::handle value, Column& column) {
  if (PyObject_CheckBuffer(value.ptr()) == 0) return false;
  std::optional<py::buffer_info> info;
  try {
    info = py::reinterpret_borrow<py::buffer>(value).request();
  } catch (py::error_already_set&) {  // items that no buffer can carry
    return false;
  }
  const auto type = number_of(*info);
  if (!type || info->ndim != 1) return false;
  column.kind = info->format == "?" ? Kind::flags : Kind::numbers;
  column.size = static_cast<std::size_t>(info->shape[0]);
  column.stretches.push_back({*type, info->ptr, 0, column.size, info->strides[0]});
  column.keep(std::move(*info));
  return true;
}

/// NaN, pandas.NaT and pandas.NA are missing as None is: they are not equal to themselves, or will not say.
bool is_missing(py::handle value) {
  if (value.is_none()) return true;
  if (PyUnicode_CheckExact(value.ptr()) || PyLong_CheckExact(value.ptr())) return false;
  if (PyFloat_Check(value.ptr())) return std::isnan(PyFloat_AS_DOUBLE(value.ptr()));
  if (PyUnicode_Check(value.ptr()) || PyLong_Check(value.ptr())) return false;
  const auto unequal = py::reinterpret_steal<py::object>(PyObject_RichCompare(value.ptr(), value.ptr(), Py_NE));
  if (!unequal) throw py::error_already_set();
  return unequal.is(value) || unequal.ptr() == Py_True;
}

std::int64_t wall_ms(py::handle value) {
  using namespace std::chrono;
  PyObject* const given = value.ptr();
  const sys_days day{year{PyDateTime_GET_YEAR(given)} / static_cast<int>(PyDateTime_GET_MONTH(given)) /
                     static_cast<int>(PyDateTime_GET_DAY(given))};
  const auto time = day + hours{PyDateTime_DATE_GET_HOUR(given)} + minutes{PyDateTime_DATE_GET_MINUTE(given)} +
                    seconds{PyDateTime_DATE_GET_SECOND(given)};
  return duration_cast<milliseconds>(time.time_since_epoch()).count() + PyDateTime_DATE_GET_MICROSECOND(given) / 1000;
}

std::string type_name(py::handle value) { return Py_TYPE(value.ptr())->tp_name; }

/// The text of a str, whose bytes belong to it; nullopt: it is no Unicode, or no str.
std::optional<std::string_view> text_in(PyObject* value) noexcept {
  if (!PyUnicode_Check(value)) return std::nullopt;
  if (PyUnicode_IS_COMPACT_ASCII(value)) {  // without a call: there may be as many names as rows
    return std::string_view(static_cast<const char*>(PyUnicode_DATA(value)),
                            static_cast<std::size_t>(PyUnicode_GET_LENGTH(value)));
  }
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(value, &size);
  if (text != nullptr) return std::string_view(text, static_cast<std::size_t>(size));
  PyErr_Clear();  // it would carry the text
  return std::nullopt;
}

/// Python objects, one a row, which must all be of one kind.
class Objects {
 public:
  explicit Objects(const std::string& name) : name_(name) {
    if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
    if (PyDateTimeAPI == nullptr) throw py::error_already_set();
  }

  void add(py::handle value) {
    if (is_missing(value)) {
      numbers_.push_back(0);
      gone_.push_back(1);
      return;
    }
    if (PyUnicode_Check(value.ptr())) {
      settle(Kind::texts, value);
      numbers_.push_back(coder_.code(text_of(value)));
    } else if (PyBool_Check(value.ptr())) {
      settle(Kind::flags, value);
      numbers_.push_back(value.ptr() == Py_True ? 1 : 0);
    } else if (PyDateTime_Check(value.ptr())) {
      add_time(value);
    } else if (PyDate_Check(value.ptr())) {
      settle(Kind::days, value);
      const std::chrono::sys_days day{std::chrono::year{PyDateTime_GET_YEAR(value.ptr())} /
                                      static_cast<int>(PyDateTime_GET_MONTH(value.ptr())) /
                                      static_cast<int>(PyDateTime_GET_DAY(value.ptr()))};
      numbers_.push_back(day.time_since_epoch().count());
    } else {
      add_number(value);
    }
    gone_.push_back(0);
  }

  Column finish() && {
    Column column;
    column.kind = kind_;
    column.naive = naive_;
    column.names = std::move(coder_).names();
    const bool any_gone = std::find(gone_.begin(), gone_.end(), 1) != gone_.end();
    column.own(Number::i64, std::move(numbers_));
    if (any_gone) column.stretches.back().gone = column.keep(std::move(gone_)).data();
    return column;
  }

 private:
  void settle(Kind kind, py::handle value) {
    if (kind == kind_) return;
    const bool both_numbers =
        (kind == Kind::flags && kind_ == Kind::numbers) || (kind == Kind::numbers && kind_ == Kind::flags);
    if (kind_ != Kind::nothing && !both_numbers) {
      refuse_column(name_, "holds values of two kinds: " + std::string(words_of(kind_)) + " and, in row " +
                               std::to_string(numbers_.size()) + ", " + type_name(value));
    }
    kind_ = both_numbers ? Kind::numbers : kind;
  }

  std::string_view text_of(py::handle value) {
    if (const auto text = text_in(value.ptr())) return *text;
    refuse_column(name_, "holds a text that is no Unicode, in row " + std::to_string(numbers_.size()));
  }

  void add_time(py::handle value) {
    const bool naive = reinterpret_cast<const PyDateTime_DateTime*>(value.ptr())->hastzinfo == 0 ||
                       value.attr("utcoffset")().is_none();
    if (kind_ == Kind::times && naive != naive_) {
      refuse_column(name_, "holds times with and without a time zone, the first of another kind in row " +
                               std::to_string(numbers_.size()));
    }
    settle(Kind::times, value);
    naive_ = naive;
    numbers_.push_back(naive ? wall_ms(value) : to_moment(value, name_).time_since_epoch().count());
  }

  void add_number(py::handle value) {
    auto number = py::reinterpret_borrow<py::object>(value);
    if (PyLong_Check(value.ptr()) == 0 && PyFloat_Check(value.ptr()) == 0 && is_numpy_number(value)) {
      number = value.attr("item")();
      if (PyBool_Check(number.ptr())) {
        settle(Kind::flags, value);
        numbers_.push_back(number.ptr() == Py_True ? 1 : 0);
        return;
      }
    }
    if (PyFloat_Check(number.ptr())) number = whole(PyFloat_AS_DOUBLE(number.ptr()));
    if (PyLong_Check(number.ptr()) == 0) {
      refuse_column(name_, "holds a " + type_name(value) + " in row " + std::to_string(numbers_.size()) +
                               ", which is none of a column's kinds");
    }
    settle(Kind::numbers, value);
    int overflow = 0;
    numbers_.push_back(PyLong_AsLongLongAndOverflow(number.ptr(), &overflow));
    if (overflow != 0) refuse_column(name_, "holds a number that is out of range");
  }

  py::object whole(double number) {
    if (number != std::floor(number) || std::isinf(number)) refuse_column(name_, "holds a number that is not whole");
    return py::reinterpret_steal<py::object>(PyLong_FromDouble(number));
  }

  static bool is_numpy_number(py::handle value) {
    if (PyObject_HasAttrString(value.ptr(), "dtype") == 0 || PyObject_HasAttrString(value.ptr(), "item") == 0)
      return false;
    const py::object kind = py::getattr(value.attr("dtype"), "kind", py::none());
    if (!PyUnicode_Check(kind.ptr())) return false;
    const std::string letter = py::str(kind);
    return letter == "b" || letter == "i" || letter == "u" || letter == "f";
  }

  const std::string& name_;
  Kind kind_ = Kind::nothing;
  bool naive_ = false;
  Coder coder_;
  std::vector<std::int64_t> numbers_;
  std::vector<std::uint8_t> gone_;
};

/// What runs in between, or another thread, may change the list that was given.
py::object items_of(py::handle list) { return owned(PyList_GetSlice(list.ptr(), 0, PY_SSIZE_T_MAX)); }

Column column_of_objects(const std::string& name, py::handle list) {
  Objects objects(name);
  py::object own = items_of(list);
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(own.ptr()); ++i) objects.add(PyList_GET_ITEM(own.ptr(), i));
  Column column = std::move(objects).finish();
  column.keep(std::move(own));  // the texts are its items'
  return column;
}

Column column_of_pair(const std::string& name, py::handle pair) {
  Column column = to_column(name, PyTuple_GET_ITEM(pair.ptr(), 0));
  const py::handle names = PyTuple_GET_ITEM(pair.ptr(), 1);
  if (column.kind == Kind::nothing && column.size == 0) column.kind = Kind::numbers;
  if (column.kind != Kind::numbers || !PyList_Check(names.ptr())) {
    refuse_column(name, "must be a text, a column of texts or a pair of codes and their names");
  }
  column.kind = Kind::texts;
  // The texts are copied: there may be as many as rows, and to hold each of them would take longer. Nothing of Python
  // runs meanwhile, so the list stays as it is.
  std::string* copies = nullptr;  // grows in pieces, so that what has been copied stays where it is
  constexpr std::size_t piece = 1 << 16;
  column.names.reserve(static_cast<std::size_t>(PyList_GET_SIZE(names.ptr())));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names.ptr()); ++i) {
    PyObject* const item = PyList_GET_ITEM(names.ptr(), i);
    const auto text = text_in(item);
    if (!text) refuse_column(name, "has a name that is no text: a " + type_name(item));
    if (copies == nullptr || copies->capacity() - copies->size() < text->size()) {
      copies = &column.keep(std::string());
      copies->reserve(std::max(piece, text->size()));
    }
    column.names.emplace_back(copies->data() + copies->size(), text->size());
    copies->append(*text);
  }
  return column;
}

/// bonin._columns.Plain: numbers of NumPy, and what their dtype said.
Column column_of_plain(const std::string& name, py::handle plain) {
  Column column = to_column(name, plain.attr("values"));
  if (const py::object gone = plain.attr("gone"); !gone.is_none()) {
    Column mask;
    if (!read_buffer(gone, mask) || mask.size != column.size || mask.stretches[0].stride != 1) {
      refuse_column(name, "has a mask that does not fit");
    }
    for (Stretch& stretch : column.stretches) stretch.gone = static_cast<const std::uint8_t*>(mask.stretches[0].data);
    column.kept.insert(column.kept.end(), mask.kept.begin(), mask.kept.end());
  }
  const auto per_second = to_integer(plain.attr("per_second"), name);
  if (per_second < 0) return column;
  column.kind = per_second == 0 ? Kind::days : Kind::times;
  column.per_second = per_second;
  column.naive = plain.attr("naive").ptr() == Py_True;
  return column;
}

Column single(const std::string& name, py::handle value) {
  Objects objects(name);
  objects.add(value);
  Column column = std::move(objects).finish();
  column.keep(py::reinterpret_borrow<py::object>(value));
  column.single = true;
  return column;
}

PYBIND11_CONSTINIT Kept plain_class;

}  // namespace

std::string_view words_of(Column::Kind kind) noexcept {
  switch (kind) {
    case Kind::numbers:
      return "whole numbers";
    case Kind::flags:
      return "booleans";
    case Kind::days:
      return "dates";
    case Kind::times:
      return "times";
    case Kind::texts:
      return "texts";
    default:
      return "nothing";
  }
}

void refuse_column(const std::string& name, const std::string& message) {
  raise(ErrorKind::invalid_argument, "`" + name + "` " + message, name);
}

Column to_column(const std::string& name, py::handle value) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  if (PyList_Check(value.ptr())) return column_of_objects(name, value);
  if (PyTuple_Check(value.ptr())) {
    if (py::isinstance(value, find_once(plain_class, "bonin._columns", "Plain"))) return column_of_plain(name, value);
    if (PyTuple_GET_SIZE(value.ptr()) == 2) return column_of_pair(name, value);
    refuse_column(name, "is a tuple, which is a pair of codes and their names: give values as a list");
  }
  const bool one = PyUnicode_Check(value.ptr()) || PyLong_Check(value.ptr()) || PyDate_Check(value.ptr());
  if (one && !is_missing(value)) return single(name, value);
  if (speaks_arrow(value)) return column_from_arrow(name, value);
  if (Column column; read_buffer(value, column)) return column;
  refuse_column(name, "must be one value or a column of values, not a " + type_name(value));
}
