#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// What the application expects, from a dict; an empty handle expects nothing.
bonin::Expect to_expect(py::handle value);
