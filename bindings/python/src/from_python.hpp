#pragma once
// Python's values as the core's. A value of the wrong kind raises InvalidArgument (or `kind`) naming the parameter.

#include <pybind11/pybind11.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bonin/bonin.hpp"

namespace py = pybind11;

std::string to_text(py::handle value, const std::string& parameter,
                    bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
/// An id of the application's as text: text, a whole number in decimal digits, or a uuid.UUID.
std::string to_own_id(py::handle value, const std::string& parameter);
std::int64_t to_integer(py::handle value, const std::string& parameter,
                        bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
bool to_bool(py::handle value, const std::string& parameter);
bonin::Moment to_moment(py::handle value, const std::string& parameter);  // an aware datetime
bonin::Date to_date(py::handle value, const std::string& parameter);      // a date, or its text YYYY-MM-DD

std::size_t to_word_index(py::handle value, const std::string& parameter, std::span<const std::string_view> words);
/// The value of an enumeration by its word, or InvalidArgument that lists the words.
template <class Enum>
Enum to_word(py::handle value, const std::string& parameter) {
  return static_cast<Enum>(to_word_index(value, parameter, bonin::words<Enum>));
}

/// JSON text of a dict or of True and False, or the text itself.
std::string to_json(py::handle value, const std::string& parameter, bonin::ErrorKind kind);
