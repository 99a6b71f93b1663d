#include "future.hpp"

#include <utility>

#include "gil.hpp"
#include "kept.hpp"
#include "plain_type.hpp"
#include "to_python.hpp"

namespace aio::future_object {
namespace {

enum class State : char { pending, finished, cancelled };

struct Future {
  PyObject_HEAD  //
      PyObject* loop;
  PyObject* callback;  // of the task; null: nobody waits
  PyObject* context;   // of the callback; null: the present one
  PyObject* others;    // a list of (callback, context); null: as nearly always, there are none
  PyObject* message;   // of cancel(); null: none
  State state;
  bool is_awaited;  // yielded, and not yet taken up by a task
};

Future* of(PyObject* object) { return reinterpret_cast<Future*>(object); }

int traverse(PyObject* object, visitproc visit, void* arg) {
  auto* const self = of(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->loop);
  Py_VISIT(self->callback);
  Py_VISIT(self->context);
  Py_VISIT(self->others);
  Py_VISIT(self->message);
  return 0;
}

int clear(PyObject* object) {
  auto* const self = of(object);
  Py_CLEAR(self->loop);
  Py_CLEAR(self->callback);
  Py_CLEAR(self->context);
  Py_CLEAR(self->others);
  Py_CLEAR(self->message);
  return 0;
}

void dealloc(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  clear(object);
  PyObject_GC_Del(object);
  Py_DECREF(type);
}

PyObject* none() {
  Py_INCREF(Py_None);
  return Py_None;
}

PyObject* loop_of(PyObject* object) {
  PyObject* const loop = of(object)->loop;
  if (loop == nullptr) PyErr_SetString(PyExc_RuntimeError, "the future has no loop any more");
  return loop;
}

/// loop.call_soon(callback, future, context=context). False: an exception is set.
bool call_soon(PyObject* object, PyObject* callback, PyObject* context) {
  PyObject* const loop = loop_of(object);
  if (loop == nullptr) return false;
  try {
    static PyObject* const name = interned("call_soon");
    static PyObject* const names = PyTuple_Pack(1, interned("context"));
    PyObject* const values[] = {loop, callback, object, context};
    owned(PyObject_VectorcallMethod(name, values, 3, context == nullptr ? nullptr : names));
    return true;
  } catch (py::error_already_set& error) {
    error.restore();
    return false;
  }
}

/// Runs a callback in its context. False: an exception is set.
bool call_now(PyObject* object, PyObject* callback, PyObject* context) {
  if (context != nullptr && PyContext_Enter(context) != 0) {
    PyErr_Clear();  // the loop runs in this very context
    return call_soon(object, callback, context);
  }
  PyObject* const answer = PyObject_CallOneArg(callback, object);
  if (context != nullptr) PyContext_Exit(context);
  Py_XDECREF(answer);
  if (answer != nullptr) return true;
  if (PyErr_ExceptionMatches(PyExc_Exception) != 0) {
    PyErr_WriteUnraisable(callback);
    return true;
  }
  return false;
}

/// Hands the task's callback to `run`, and schedules the others. False: an exception is set.
bool run_callbacks(PyObject* object, bool (*run)(PyObject*, PyObject*, PyObject*)) {
  auto* const self = of(object);
  const auto callback = py::reinterpret_steal<py::object>(std::exchange(self->callback, nullptr));
  const auto context = py::reinterpret_steal<py::object>(std::exchange(self->context, nullptr));
  const auto others = py::reinterpret_steal<py::object>(std::exchange(self->others, nullptr));
  bool well = true;
  if (callback) well = run(object, callback.ptr(), context.ptr());
  if (!others) return well;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(others.ptr()); ++i) {
    PyObject* const pair = PyList_GET_ITEM(others.ptr(), i);
    PyObject* const its_context = PyTuple_GET_ITEM(pair, 1);
    if (!call_soon(object, PyTuple_GET_ITEM(pair, 0), its_context == Py_None ? nullptr : its_context)) {
      if (well) return false;
      PyErr_Clear();
    }
  }
  return well;
}

PyObject* refuse_result() {
  try {
    PYBIND11_CONSTINIT static Kept kept;
    PyErr_SetString(find_once(kept, "asyncio", "InvalidStateError").ptr(), "Result is not set.");
  } catch (py::error_already_set& error) {
    error.restore();
  }
  return nullptr;
}

void set_cancelled(PyObject* message) {
  try {
    PYBIND11_CONSTINIT static Kept kept;
    const auto& cancelled = find_once(kept, "asyncio", "CancelledError");
    const py::object error = owned(message == nullptr ? PyObject_CallNoArgs(cancelled.ptr())
                                                      : PyObject_CallOneArg(cancelled.ptr(), message));
    PyErr_SetObject(cancelled.ptr(), error.ptr());
  } catch (py::error_already_set& error) {
    error.restore();
  }
}

// ---- what Python sees ---------------------------------------------------------------------------

PyObject* result(PyObject* object, PyObject*) {
  if (of(object)->state == State::pending) return refuse_result();
  if (of(object)->state == State::finished) return none();  // the coroutine has it
  set_cancelled(of(object)->message);
  return nullptr;
}

PyObject* get_loop(PyObject* object, PyObject*) {
  PyObject* const loop = loop_of(object);
  Py_XINCREF(loop);
  return loop;
}

PyObject* done(PyObject* object, PyObject*) { return PyBool_FromLong(of(object)->state != State::pending); }

PyObject* cancelled(PyObject* object, PyObject*) { return PyBool_FromLong(of(object)->state == State::cancelled); }

PyObject* cancel(PyObject* object, PyObject* args, PyObject* kwargs) {
  static const char* names[] = {"msg", nullptr};
  PyObject* message = nullptr;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "|O:cancel", const_cast<char**>(names), &message) == 0) return nullptr;
  auto* const self = of(object);
  if (self->state != State::pending) return PyBool_FromLong(0);
  self->state = State::cancelled;
  self->is_awaited = false;
  if (message != nullptr && message != Py_None) {
    Py_INCREF(message);
    self->message = message;
  }
  if (!run_callbacks(object, &call_soon)) return nullptr;
  return PyBool_FromLong(1);
}

/// add_done_callback(callback, *, context=None). Read by hand: it is called with every call.
PyObject* add_done_callback(PyObject* object, PyObject* const* values, Py_ssize_t places, PyObject* names) {
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  if (places != 1 || named > 1 ||
      (named == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "context") != 0)) {
    PyErr_SetString(PyExc_TypeError, "add_done_callback() takes a callback, and a context by name");
    return nullptr;
  }
  PyObject* const callback = values[0];
  PyObject* const given = named == 1 ? values[1] : nullptr;
  const auto context = given == nullptr || given == Py_None ? py::reinterpret_steal<py::object>(PyContext_CopyCurrent())
                                                            : py::reinterpret_borrow<py::object>(given);
  if (!context) return nullptr;
  auto* const self = of(object);
  if (self->state != State::pending) return call_soon(object, callback, context.ptr()) ? none() : nullptr;
  if (self->callback == nullptr && self->others == nullptr) {
    Py_INCREF(callback);
    self->callback = callback;
    self->context = py::object(context).release().ptr();
    return none();
  }
  if (self->others == nullptr && (self->others = PyList_New(0)) == nullptr) return nullptr;
  const auto pair = py::reinterpret_steal<py::object>(PyTuple_Pack(2, callback, context.ptr()));
  return pair && PyList_Append(self->others, pair.ptr()) == 0 ? none() : nullptr;
}

PyObject* remove_done_callback(PyObject* object, PyObject* callback) {
  auto* const self = of(object);
  long removed = 0;
  if (self->callback != nullptr) {
    const int same = PyObject_RichCompareBool(self->callback, callback, Py_EQ);
    if (same < 0) return nullptr;
    if (same == 1) {
      ++removed;
      Py_CLEAR(self->callback);
      Py_CLEAR(self->context);
    }
  }
  const auto others = py::reinterpret_borrow<py::object>(self->others);
  for (Py_ssize_t i = others ? PyList_GET_SIZE(others.ptr()) - 1 : -1; i >= 0; --i) {
    const int same = PyObject_RichCompareBool(PyTuple_GET_ITEM(PyList_GET_ITEM(others.ptr(), i), 0), callback, Py_EQ);
    if (same < 0) return nullptr;
    if (same == 1 && PySequence_DelItem(others.ptr(), i) != 0) return nullptr;
    removed += same;
  }
  return PyLong_FromLong(removed);
}

PyObject* get_is_awaited(PyObject* object, void*) { return PyBool_FromLong(of(object)->is_awaited); }

int set_is_awaited(PyObject* object, PyObject* value, void*) {
  const int is = value == nullptr ? 0 : PyObject_IsTrue(value);
  if (is < 0) return -1;
  of(object)->is_awaited = is != 0;
  return 0;
}

PyTypeObject* create_type() {
  static PyMethodDef methods[] = {
      {"result", &result, METH_NOARGS, nullptr},
      {"exception", &result, METH_NOARGS, nullptr},  // there is none: the coroutine raises it
      {"get_loop", &get_loop, METH_NOARGS, nullptr},
      {"done", &done, METH_NOARGS, nullptr},
      {"cancelled", &cancelled, METH_NOARGS, nullptr},
      {"cancel", as_function(&cancel), METH_VARARGS | METH_KEYWORDS, nullptr},
      {"add_done_callback", as_function(&add_done_callback), METH_FASTCALL | METH_KEYWORDS, nullptr},
      {"remove_done_callback", &remove_done_callback, METH_O, nullptr},
      {nullptr, nullptr, 0, nullptr}};
  static PyGetSetDef properties[] = {{"_asyncio_future_blocking", &get_is_awaited, &set_is_awaited, nullptr, nullptr},
                                     {nullptr, nullptr, nullptr, nullptr, nullptr}};
  static PyType_Slot slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
                                {Py_tp_clear, reinterpret_cast<void*>(&clear)},
                                {Py_tp_dealloc, reinterpret_cast<void*>(&dealloc)},
                                {Py_tp_methods, methods},
                                {Py_tp_getset, properties},
                                {0, nullptr}};
  return plain_type("bonin._native.future", sizeof(Future), slots);
}

}  // namespace
}  // namespace aio::future_object

namespace aio {

using future_object::Future, future_object::State, future_object::of;

py::object new_future(const py::object& loop) {
  static PyTypeObject* type = nullptr;  // under the GIL, which its making may give to others
  if (type == nullptr) type = future_object::create_type();
  auto* const self = PyObject_GC_New(Future, type);
  if (self == nullptr) throw py::error_already_set();
  self->loop = py::object(loop).release().ptr();
  self->callback = self->context = self->others = self->message = nullptr;
  self->state = State::pending;
  self->is_awaited = false;
  auto* const object = reinterpret_cast<PyObject*>(self);
  PyObject_GC_Track(object);
  return owned(object);
}

bool finish(const py::object& future) {
  if (of(future.ptr())->state != State::pending) return true;
  of(future.ptr())->state = State::finished;
  const bool at_once = on_pythons_main_thread().value_or(false);
  return future_object::run_callbacks(future.ptr(), at_once ? &future_object::call_now : &future_object::call_soon);
}

bool is_done(const py::object& future) { return of(future.ptr())->state != State::pending; }

bool was_finished(const py::object& future) {
  if (of(future.ptr())->state == State::finished) return true;
  future_object::set_cancelled(of(future.ptr())->message);
  return false;
}

void mark_as_awaited(const py::object& future) { of(future.ptr())->is_awaited = true; }

}  // namespace aio
