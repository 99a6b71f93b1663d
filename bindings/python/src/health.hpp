#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// The numbers of a client as a dict of plain values.
py::dict to_python(const bonin::Metrics& metrics);
py::dict to_python(const bonin::RegistryMetrics& metrics);
py::dict to_python(const bonin::VerifierMetrics& metrics);
