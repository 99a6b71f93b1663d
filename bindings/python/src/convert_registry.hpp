#pragma once
// What a registry answers, as Python has it.

#include <pybind11/pybind11.h>

#include <vector>

#include "bonin/bonin.hpp"

namespace py = pybind11;

py::object to_python(const bonin::PersonKey& key);
py::object to_python(const bonin::Claim& claim);
py::object to_python(const bonin::Counts& counts);
py::object to_python(const bonin::Standing& standing);  // a dict, as Policy.evaluate takes it
py::object to_python(bonin::Standing::Use use);
py::object to_python(const std::vector<bonin::PepperCount>& counts);
py::object to_python(const bonin::PersonPage& page);
py::object to_python(const bonin::Reserved& reserved);
py::object to_python(const bonin::Admission& admission);
py::object to_python(const bonin::Reservation* reservation);  // None for null
