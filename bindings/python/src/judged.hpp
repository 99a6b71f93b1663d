#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

py::object to_python(bonin::JudgedPtr judged);
