#pragma once
// What a coroutine of bonin gives the task that awaits it: as much of an asyncio future as a task uses. A task that
// waits is stepped by finish() itself. asyncio's own future would have it stepped by another turn of the loop, and so
// does this one on a thread that does not end the process: what a task does may last until then, and Python before 3.14
// unwinds such a thread, which the C++ frames beneath the task would not survive.

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace aio {

/// Pending. Used with the GIL, by the thread of its loop.
py::object new_future(const py::object& loop);

/// Wakes who waits, unless it was cancelled. False: somebody raised KeyboardInterrupt or SystemExit, which is set.
bool finish(const py::object& future);

/// Has finish() been called, or cancel()?
bool is_done(const py::object& future);

/// False: it was cancelled, and the exception is set.
bool was_finished(const py::object& future);

/// For `yield`: the task that gets it will wait.
void mark_as_awaited(const py::object& future);

}  // namespace aio
