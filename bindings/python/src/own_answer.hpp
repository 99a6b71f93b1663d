#pragma once
// What the application's own store answers, as the core's. An answer that cannot be read raises InvalidArgument.

#include <pybind11/pybind11.h>

#include <optional>
#include <string>

#include "bonin/bonin.hpp"

namespace py = pybind11;

std::optional<std::string> read_found(py::handle told);
bonin::Claim read_claim(py::handle told);
bonin::Claim read_commit(py::handle told);
/// Of an object, a dict or a row.
bonin::OwnStanding read_standing(py::handle told);
bonin::Standing::Use read_use(py::handle told);
bonin::Standing::Place read_place(py::handle told);
bool read_cancel(py::handle told);
bool read_unban(py::handle told);
bool read_release(py::handle told);
bool read_forget(py::handle told);
bonin::Done read_ban(py::handle told);
