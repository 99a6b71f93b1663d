#pragma once
// The arguments of one call. pybind11's own message for a wrong call prints every argument, secrets included. So
// methods take *args and **kwargs, and this class reads them. An argument that is missing or None is not given, and the
// core holds its default. A boolean may not be None, nor may an argument that makes a check stricter (`given`).

#include <pybind11/pybind11.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"
#include "from_python.hpp"
#include "to_python.hpp"

namespace py = pybind11;

class Arguments {
 public:
  /// `positional`: the names that may be given by place.
  Arguments(const char* function, const py::args& args, const py::kwargs& kwargs,
            const std::vector<const char*>& positional = {});

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
  void duration(const char* name, std::chrono::milliseconds& into);
  void duration(const char* name, std::optional<std::chrono::milliseconds>& into);
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

  const char* function_;
  const py::kwargs& kwargs_;
  std::vector<std::pair<const char*, py::handle>> positional_;
  std::vector<const char*> asked_;
};
