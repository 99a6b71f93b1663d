#pragma once
// The arguments of one call. pybind11's own message for a wrong call prints every argument, secrets included. So
// methods take whatever they are given, and this class reads it. An argument that is missing or None is not given, and
// the core holds its default. A boolean may not be None, nor may an argument that makes a check stricter (`given`).

#include <pybind11/pybind11.h>

#include <array>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/bonin.hpp"
#include "callable.hpp"
#include "from_python.hpp"
#include "to_python.hpp"

namespace py = pybind11;

class Arguments {
 public:
  /// `positional`: the names that may be given by place, four at most.
  Arguments(const char* function, const Given& given, std::span<const char* const> positional);
  Arguments(const char* function, const py::args& args, const py::kwargs& kwargs,
            std::initializer_list<const char*> positional = {});

  /// The value, or an empty handle when not given.
  py::handle find(const char* name);
  /// The value, None included, or an empty handle when left out. For arguments that None must not weaken.
  py::handle given(const char* name);
  /// The value; TypeError when the caller left it out. May be None.
  py::handle need(const char* name);

  void text(const char* name, std::string& into);
  void text(const char* name, std::optional<std::string>& into);
  /// An id of the application's, as text.
  void own_id(const char* name, std::string& into) {
    if (const auto value = find(name)) into = to_own_id(value, name);
  }
  void path(const char* name, std::string& into);
  void secret(const char* name, bonin::Secret& into);
  void json(const char* name, std::string& into);
  void integer(const char* name, int& into);
  void integer(const char* name, std::optional<int>& into);
  void boolean(const char* name, bool& into);
  void boolean(const char* name, std::optional<bool>& into);
  void moment(const char* name, std::optional<bonin::Moment>& into);
  void texts(const char* name, std::vector<std::string>& into);
  /// A bonin.Sandbox, whose clock it is.
  void clock(const char* name, std::shared_ptr<const bonin::Clock>& into);
  /// `kind`: of the error. What is no time limit has a range of its own, and is `invalid_argument`.
  void duration(const char* name, std::chrono::milliseconds& into,
                bonin::ErrorKind kind = bonin::ErrorKind::invalid_timeout);
  void duration(const char* name, std::optional<std::chrono::milliseconds>& into,
                bonin::ErrorKind kind = bonin::ErrorKind::invalid_timeout);
  /// Reads every field of a request that the core knows (fields.hpp).
  template <class Request>
  void fields(Request& request) {
    bonin::each_field(request, [this](std::string_view name, auto& field, bonin::FieldKind kind) {
      this->read(name == "from" ? "from_" : name.data(), field, kind);  // `from` is a keyword, and each name a literal
    });
  }
  /// The value of an enumeration by its word.
  template <class Enum>
  void word(const char* name, std::optional<Enum>& into) {
    if (const auto value = find(name)) into = to_word<Enum>(value, name);
  }
  /// The id of a verification; anything but text is refused as a malformed id.
  std::string id(const char* name = "id");

  /// Refuses every argument that was not read. Call it last.
  void finish() const;

 private:
  void read(const char* name, std::string& into, bonin::FieldKind kind) {
    if (kind == bonin::FieldKind::json) return json(name, into);
    if (kind == bonin::FieldKind::path) return path(name, into);
    text(name, into);
  }
  void read(const char* name, bonin::Secret& into, bonin::FieldKind) { secret(name, into); }
  void read(const char* name, int& into, bonin::FieldKind) { integer(name, into); }
  void read(const char* name, std::optional<int>& into, bonin::FieldKind) { integer(name, into); }
  void read(const char* name, bool& into, bonin::FieldKind) { boolean(name, into); }
  void read(const char* name, std::optional<bool>& into, bonin::FieldKind) { boolean(name, into); }
  void read(const char* name, std::optional<bonin::Moment>& into, bonin::FieldKind) { moment(name, into); }
  void read(const char* name, std::vector<std::string>& into, bonin::FieldKind) { texts(name, into); }
  void read(const char* name, std::chrono::milliseconds& into, bonin::FieldKind) { duration(name, into); }

  static constexpr std::size_t most_places = 4;

  void place(std::span<const char* const> positional);
  bool has_names() const { return names_ != nullptr || dict_ != nullptr; }
  /// Null: not given by name.
  PyObject* by_name(const char* name) const;
  /// Null: not given by place.
  PyObject* by_place(std::string_view name) const;
  void check_known(py::handle key) const;

  const char* function_;
  PyObject* const* values_ = nullptr;  // borrowed, as all that is given
  std::size_t places_ = 0;
  PyObject* names_ = nullptr;  // a tuple, whose values stand behind those by place
  PyObject* dict_ = nullptr;   // or a dict
  std::array<const char*, most_places> place_names_{};
  std::vector<const char*> asked_;  // only where something is given by name
};
