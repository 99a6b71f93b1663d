#pragma once

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// What the application expects, from a dict; an empty handle expects nothing.
bonin::Expect to_expect(py::handle value);

/// The rules as Python has them.
py::list to_list(std::vector<bonin::RuleName> rules);

// Methods of Policy that live in files of their own.
void add_evaluate_many(py::class_<bonin::Policy>& cls);
void add_compare(py::class_<bonin::Policy>& cls);
void add_test(py::class_<bonin::Policy>& cls);
void add_tree(py::class_<bonin::Policy>& cls);
