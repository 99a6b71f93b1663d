#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <utility>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// With the application's function that takes records; null: none.
struct Verifier : bonin::Verifier {
  Verifier(bonin::Verifier verifier, std::shared_ptr<PyObject> function)
      : bonin::Verifier(std::move(verifier)), takes_record(std::move(function)) {}

  /// Hands a record over before its decision is answered. With the GIL. An exception does not reach the call, unless
  /// it is Ctrl-C or an exit.
  void hand_over(const std::string& record) const;

  std::shared_ptr<PyObject> takes_record;
};

/// Adds verify_many() and its twin.
void add_verify_many(py::class_<Verifier>& cls);
