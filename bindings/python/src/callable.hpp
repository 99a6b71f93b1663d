#pragma once
// A function for Python during which greenlets may switch. pybind11's own dispatcher keeps a stack of calls for each
// thread; greenlets that return in another order than they entered would corrupt it.

#include <pybind11/pybind11.h>

#include <cstddef>
#include <functional>
#include <string>

namespace py = pybind11;

/// The arguments of one call as Python hands them over, borrowed: those by place, and after them those by name.
struct Given {
  PyObject* const* values = nullptr;
  std::size_t places = 0;
  PyObject* names = nullptr;  // a tuple of texts; null: none

  Given after_self() const { return {values + 1, places - 1, names}; }
};

/// With all arguments, `self` first where there is one.
using Body = std::function<py::object(const Given&)>;

/// `doc`: begins with the signature. Both texts must live as long as the function.
py::object to_callable(const char* name, const char* doc, Body body);

/// The same as a method of a class.
void add_method(py::handle cls, const char* name, const char* doc, Body body);

/// The `self` of a method, while this and the arguments live.
template <class Self>
class SelfOf {
 public:
  SelfOf(const char* name, const Given& given) {
    if (given.places == 0 || !caster_.load(given.values[0], false)) {
      throw py::type_error(std::string(name) + "() needs an object of its class");
    }
  }
  const Self& get() { return static_cast<Self&>(caster_); }

 private:
  py::detail::make_caster<Self> caster_;
};
