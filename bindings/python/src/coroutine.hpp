#pragma once
// What an asynchronous call returns: a coroutine in every respect but that no frame of Python's runs for it.

#include <pybind11/pybind11.h>

#include <memory>

namespace py = pybind11;

namespace aio {

class Pending;

/// It begins the call when it first runs. Whatever ends the wait early cancels the call. `name`: a literal, or leaked.
py::object coroutine(const char* name, std::shared_ptr<Pending> pending);

}  // namespace aio
