#include "coroutine.hpp"

#include <structmember.h>

#include <new>
#include <utility>

#include "aio.hpp"
#include "errors.hpp"
#include "future.hpp"
#include "gil.hpp"
#include "kept.hpp"
#include "own_store.hpp"
#include "plain_type.hpp"
#include "to_python.hpp"

namespace aio::coroutine_object {
namespace {

enum class State : char { created, running, waiting, ended };

struct Coroutine {
  PyObject_HEAD  //
      PyObject* weak_references;
  const char* name;
  std::shared_ptr<Pending> pending;
  bonin::Call call;
  PyObject* future;  // while it waits
  PyObject* caller;  // of an own store's questions (bonin._aio.Caller), while it waits; null: there is no such store
  State state;
};

Coroutine* of(PyObject* object) { return reinterpret_cast<Coroutine*>(object); }

int traverse(PyObject* object, visitproc visit, void* arg) {
  auto* const self = of(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->future);
  Py_VISIT(self->caller);
  // While others own it too, its call goes on, or waits for the loop. Without a loop it may never be told of the end:
  // then its future, whose task holds this, hangs on this alone.
  return self->pending.use_count() == 1 ? self->pending->traverse(visit, arg) : 0;
}

int clear(PyObject* object) {
  Py_CLEAR(of(object)->future);
  Py_CLEAR(of(object)->caller);
  return 0;
}

/// It will not run again.
void end(Coroutine& self) {
  self.state = State::ended;
  clear(reinterpret_cast<PyObject*>(&self));
  const auto pending = std::move(self.pending);
}

/// Nobody waits any more: cancels the call. Keeps the exception that is set.
void abandon(Coroutine& self) {
  const py::error_scope kept;
  self.call.cancel();
  if (self.caller != nullptr) {
    PyObject* const answer = PyObject_CallMethod(self.caller, "end", nullptr);
    if (answer == nullptr) PyErr_WriteUnraisable(self.caller);
    Py_XDECREF(answer);
  }
  end(self);
}

/// In whose name an own store's functions will be asked, while a call begins.
class Asking {
 public:
  /// The bonin._aio.Caller, or null.
  py::object caller;

  explicit Asking(const py::object& loop) {
    if (!has_own_stores()) return;
    PYBIND11_CONSTINIT static Kept kept_class, kept_variable;
    caller = find_once(kept_class, "bonin._aio", "Caller")(loop);
    variable_ = find_once(kept_variable, "bonin._aio", "current");
    token_ = owned(PyContextVar_Set(variable_.ptr(), caller.ptr()));
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (token_ && PyContextVar_Reset(variable_.ptr(), token_.ptr()) != 0) PyErr_WriteUnraisable(variable_.ptr());
  }

 private:
  py::object variable_, token_;
};

/// The future to wait for.
py::object begin(Coroutine& self) {
  const UnderPython under;
  PYBIND11_CONSTINIT static Kept kept;
  const auto& get_running_loop = find_once(kept, "asyncio", "get_running_loop");
  const py::object loop = owned(PyObject_CallNoArgs(get_running_loop.ptr()));
  py::object future = new_future(loop);
  Asking asking(loop);
  const auto pending = self.pending;
  pending->wait(loop, future);
  self.caller = asking.caller.release().ptr();
  self.future = py::object(future).release().ptr();
  self.call = pending->begin(pending);
  return future;
}

/// What is sent to a coroutine. Null with an exception, or a new reference; `returned`: it is the answer.
PyObject* resume(Coroutine& self, PyObject* sent, bool& returned) {
  returned = false;
  const State was = self.state;
  if (was == State::running) {
    PyErr_SetString(PyExc_ValueError, "coroutine already executing");
    return nullptr;
  }
  if (was == State::ended) {
    PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
    return nullptr;
  }
  if (was == State::created && sent != Py_None) {
    PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started coroutine");
    return nullptr;
  }
  try {
    self.state = State::running;
    if (was == State::created) {
      py::object future = begin(self);
      self.state = State::waiting;
      mark_as_awaited(future);
      return future.release().ptr();
    }
    const auto future = py::reinterpret_borrow<py::object>(self.future);
    if (!future || !is_done(future)) {
      PyErr_SetString(PyExc_RuntimeError, "await wasn't used with future");
      abandon(self);
      return nullptr;
    }
    if (!was_finished(future)) {
      abandon(self);
      return nullptr;
    }
    const UnderPython under;
    const auto pending = self.pending;
    py::object value = pending->value();
    end(self);
    returned = true;
    return value.release().ptr();
  } catch (const std::exception&) {
    set_caught("the answer got lost in bonin");
  }
  if (self.state != State::ended) abandon(self);
  return nullptr;
}

void raise_stop_iteration(PyObject* value) {
  if (value == Py_None) return PyErr_SetNone(PyExc_StopIteration);
  // An instance: of a tuple or an exception alone Python would make something else.
  PyObject* const stop = PyObject_CallOneArg(PyExc_StopIteration, value);
  if (stop == nullptr) return;
  PyErr_SetObject(PyExc_StopIteration, stop);
  Py_DECREF(stop);
}

PyObject* send(PyObject* object, PyObject* value) {
  bool returned = false;
  PyObject* const answer = resume(*of(object), value, returned);
  if (answer == nullptr || !returned) return answer;
  raise_stop_iteration(answer);
  Py_DECREF(answer);
  return nullptr;
}

PyObject* next(PyObject* object) { return send(object, Py_None); }

#if PY_VERSION_HEX >= 0x030A0000
PySendResult am_send(PyObject* object, PyObject* value, PyObject** answer) {
  bool returned = false;
  *answer = resume(*of(object), value, returned);
  if (*answer == nullptr) return PYGEN_ERROR;
  return returned ? PYGEN_RETURN : PYGEN_NEXT;
}
#endif

/// Sets the exception that throw() was given. False: it was given none.
bool set_thrown(PyObject* kind, PyObject* value, PyObject* traceback) {
  if (PyExceptionInstance_Check(kind) && (value == nullptr || value == Py_None)) {
    value = kind;
    kind = PyExceptionInstance_Class(kind);
  }
  if (!PyExceptionClass_Check(kind)) {
    PyErr_SetString(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException");
    return false;
  }
  if (value != nullptr && PyExceptionInstance_Check(value) && traceback != nullptr && traceback != Py_None &&
      PyException_SetTraceback(value, traceback) != 0) {
    return false;
  }
  PyErr_SetObject(kind, value == nullptr ? Py_None : value);
  return true;
}

PyObject* throw_into(PyObject* object, PyObject* args) {
  PyObject *kind = nullptr, *value = nullptr, *traceback = nullptr;
  if (PyArg_ParseTuple(args, "O|OO:throw", &kind, &value, &traceback) == 0) return nullptr;
  auto& self = *of(object);
  if (self.state == State::running) {
    PyErr_SetString(PyExc_ValueError, "coroutine already executing");
  } else if (self.state == State::ended) {
    PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
  } else if (set_thrown(kind, value, traceback)) {
    abandon(self);
  }
  return nullptr;
}

PyObject* close(PyObject* object, PyObject*) {
  auto& self = *of(object);
  if (self.state == State::running) {
    PyErr_SetString(PyExc_ValueError, "coroutine already executing");
    return nullptr;
  }
  if (self.state != State::ended) abandon(self);
  Py_INCREF(Py_None);
  return Py_None;
}

PyObject* await(PyObject* object) {
  const State state = of(object)->state;
  if (state == State::waiting || state == State::running) {
    PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
    return nullptr;
  }
  Py_INCREF(object);
  return object;
}

PyObject* represent(PyObject* object) {
  return PyUnicode_FromFormat("<coroutine object %s at %p>", of(object)->name, static_cast<void*>(object));
}

PyObject* get_name(PyObject* object, void*) { return PyUnicode_FromString(of(object)->name); }

PyObject* get_running(PyObject* object, void*) { return PyBool_FromLong(of(object)->state == State::running); }

void finalize(PyObject* object) {
  auto& self = *of(object);
  if (self.state == State::ended) return;
  if (self.state != State::created) return abandon(self);
  const py::error_scope kept;
  if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%s' was never awaited", self.name) != 0) {
    PyErr_WriteUnraisable(object);
  }
}

void dealloc(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  if (PyObject_CallFinalizerFromDealloc(object) != 0) return;  // it lives on
  PyObject_GC_UnTrack(object);
  auto* const self = of(object);
  if (self->weak_references != nullptr) PyObject_ClearWeakRefs(object);
  clear(object);
  self->pending.~shared_ptr();
  self->call.~Call();
  PyObject_GC_Del(object);
  Py_DECREF(type);
}

PyTypeObject* create_type() {
  static PyMethodDef methods[] = {{"send", &send, METH_O, nullptr},
                                  {"throw", &throw_into, METH_VARARGS, nullptr},
                                  {"close", &close, METH_NOARGS, nullptr},
                                  {nullptr, nullptr, 0, nullptr}};
  static PyGetSetDef properties[] = {{"__name__", &get_name, nullptr, nullptr, nullptr},
                                     {"__qualname__", &get_name, nullptr, nullptr, nullptr},
                                     {"cr_running", &get_running, nullptr, nullptr, nullptr},
                                     {nullptr, nullptr, nullptr, nullptr, nullptr}};
  static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, sizeof(PyObject), READONLY, nullptr},
                                  {nullptr, 0, 0, 0, nullptr}};
  static PyType_Slot slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
                                {Py_tp_clear, reinterpret_cast<void*>(&clear)},
                                {Py_tp_finalize, reinterpret_cast<void*>(&finalize)},
                                {Py_tp_dealloc, reinterpret_cast<void*>(&dealloc)},
                                {Py_tp_repr, reinterpret_cast<void*>(&represent)},
                                {Py_tp_iternext, reinterpret_cast<void*>(&next)},
                                {Py_tp_methods, methods},
                                {Py_tp_getset, properties},
                                {Py_tp_members, members},
                                {Py_am_await, reinterpret_cast<void*>(&await)},
#if PY_VERSION_HEX >= 0x030A0000
                                {Py_am_send, reinterpret_cast<void*>(&am_send)},
#endif
                                {0, nullptr}};
  return plain_type("bonin._native.coroutine", sizeof(Coroutine), slots);
}

}  // namespace
}  // namespace aio::coroutine_object

namespace aio {

py::object coroutine(const char* name, std::shared_ptr<Pending> pending) {
  using coroutine_object::Coroutine, coroutine_object::State;
  static PyTypeObject* type = nullptr;  // under the GIL, which its making may give to others
  if (type == nullptr) type = coroutine_object::create_type();
  auto* const self = PyObject_GC_New(Coroutine, type);
  if (self == nullptr) throw py::error_already_set();
  self->weak_references = self->future = self->caller = nullptr;
  self->name = name;
  new (&self->pending) std::shared_ptr<Pending>(std::move(pending));
  new (&self->call) bonin::Call();
  self->state = State::created;
  auto* const object = reinterpret_cast<PyObject*>(self);
  PyObject_GC_Track(object);
  return owned(object);
}

}  // namespace aio
