#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

inline py::object to_python(bonin::Decision decision) { return py::cast(std::move(decision)); }
