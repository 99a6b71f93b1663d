#pragma once
// The application's own table of users. The registry's thread never takes the GIL. A blocking call hears the questions
// that are asked for it and runs the functions on its own thread. The questions of other calls go into a queue, and
// threads of Python, started as they are needed, take them from there.

#include <pybind11/pybind11.h>

#include <chrono>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// `store`: an object with the callables of bonin::OwnStore, `find` and `claim` at least. `limit`: how long a question
/// may wait for a thread.
bonin::OwnStore to_own_store(const py::object& store, std::chrono::milliseconds limit);

/// Are there any? Where there are none, no call is asked for anything. With the GIL.
bool has_own_stores() noexcept;

/// Before a call that may need an own store: starts a thread if none is free, unless it blocks. With the GIL.
void serve_own_stores();

/// For the end of the process: ends the threads and refuses the questions that are left. With the GIL.
void close_own_stores();
