#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// pybind11 needs a pointer without `const`. No method that Python has changes the object.
py::object to_python(const bonin::VerificationPtr& verification);

/// Refuses whatever is no Verification.
bonin::VerificationPtr to_verification(py::handle value, const std::string& parameter);
