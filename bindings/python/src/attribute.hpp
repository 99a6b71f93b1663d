#pragma once
// One attribute of a person, whatever its type.

#include <pybind11/pybind11.h>

#include <memory>
#include <variant>

#include "bonin/bonin.hpp"

namespace py = pybind11;

using AnyAttribute = std::variant<const bonin::Attribute<std::string>*, const bonin::Attribute<bonin::Date>*,
                                  const bonin::Attribute<bonin::Gender>*, const bonin::Attribute<bonin::Carrier>*,
                                  const bonin::Attribute<bool>*>;

/// The Python object of an attribute. `person` keeps the attribute alive.
struct AttributeView {
  const char* name;
  std::shared_ptr<const bonin::Person> person;
  AnyAttribute attribute;
};

/// The raw value as Python has it, or None.
py::object raw_value(const AnyAttribute& attribute);

void register_attribute(py::module_& m);
