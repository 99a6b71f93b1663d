#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// Python holds a verification without `const`; nothing there can change it.
py::object to_python(const bonin::VerificationPtr& verification);

/// Refuses whatever is no Verification.
bonin::VerificationPtr to_verification(py::handle value, const std::string& parameter);
