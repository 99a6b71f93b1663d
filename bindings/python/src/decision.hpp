#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// What Python holds: the decision, and the registry that keeps its reservation.
struct JudgedDecision {
  bonin::Decision decision;
  bonin::Registry registry;
};

inline py::object to_python(JudgedDecision judged) { return py::cast(std::move(judged)); }
inline py::object to_python(bonin::Decision decision) { return to_python(JudgedDecision{std::move(decision), {}}); }
