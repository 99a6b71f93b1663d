#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

void register_portone_v1(py::module_& m);
void register_portone_v2(py::module_& m);
