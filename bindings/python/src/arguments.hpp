#pragma once
// The arguments of one call. pybind11's own message for a wrong call prints every argument, secrets included; so
// methods take *args and **kwargs, and this reads them. What is missing or None counts as not given, and the core holds
// the defaults; but a yes or no is never None, and neither is what a caller meant to be demanded (`given`).

#include <pybind11/pybind11.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"

namespace py = pybind11;

class Arguments {
 public:
  /// `positional`: the names that may be given by place.
  Arguments(const char* function, const py::args& args, const py::kwargs& kwargs,
            const std::vector<const char*>& positional = {});

  /// The value, or an empty handle when not given.
  py::handle find(const char* name);
  /// The value, None included, or an empty handle when left out: for what None must not weaken.
  py::handle given(const char* name);
  /// The value; TypeError when the caller left it out. May be None.
  py::handle need(const char* name);

  void text(const char* name, std::string& into);
  void text(const char* name, std::optional<std::string>& into);
  void path(const char* name, std::string& into);
  void secret(const char* name, bonin::Secret& into);
  void json(const char* name, std::string& into);
  void integer(const char* name, int& into);
  void boolean(const char* name, bool& into);
  void boolean(const char* name, std::optional<bool>& into);
  void moment(const char* name, std::optional<bonin::Moment>& into);
  void texts(const char* name, std::vector<std::string>& into);
  void duration(const char* name, std::chrono::milliseconds& into);
  void duration(const char* name, std::optional<std::chrono::milliseconds>& into);
  /// The id of a verification; anything but text is refused as a malformed id.
  std::string id(const char* name = "id");

  /// Refuses what nobody asked for. Call it last.
  void finish() const;

 private:
  const char* function_;
  const py::kwargs& kwargs_;
  std::vector<std::pair<const char*, py::handle>> positional_;
  std::vector<const char*> asked_;
};
