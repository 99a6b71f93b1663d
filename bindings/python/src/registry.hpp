#pragma once
// The class Registry: what makes one, and its methods, which several files add.

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

namespace registry_methods {

bonin::Registry create_registry(const py::args& args, const py::kwargs& kwargs);

void add_accounts(py::class_<bonin::Registry>& cls);
void add_bans(py::class_<bonin::Registry>& cls);
void add_sign_up(py::class_<bonin::Registry>& cls);
void add_housekeeping(py::class_<bonin::Registry>& cls);
void add_imports(py::class_<bonin::Registry>& cls);

}  // namespace registry_methods
