#include "attribute.hpp"

#include "errors.hpp"
#include "from_python.hpp"
#include "to_python.hpp"

namespace {

using bonin::Attestation;

py::object value_to_python(const std::string& text) { return to_python(text); }
py::object value_to_python(const bonin::Date& date) { return to_python(date); }
py::object value_to_python(bonin::Gender gender) { return to_python(to_string(gender)); }
py::object value_to_python(bonin::Carrier carrier) { return to_python(to_string(carrier)); }
py::object value_to_python(bool flag) { return py::bool_(flag); }

std::string to_plain_text(const std::string& text) { return text; }
std::string to_plain_text(const bonin::Date& date) { return bonin::to_string(date); }
std::string to_plain_text(bonin::Gender gender) { return std::string(to_string(gender)); }
std::string to_plain_text(bonin::Carrier carrier) { return std::string(to_string(carrier)); }
std::string to_plain_text(bool flag) { return flag ? "true" : "false"; }

Attestation attestation(const AttributeView& view) {
  return std::visit([](const auto* attribute) { return attribute->attestation(); }, view.attribute);
}

bool present(const AttributeView& view) {
  return std::visit([](const auto* attribute) { return attribute->present(); }, view.attribute);
}

std::string masked(const AttributeView& view) {
  return std::string(std::visit([](const auto* attribute) { return attribute->masked(); }, view.attribute));
}

// The text a value of the attribute's own type has; anything else is refused rather than found unequal.
std::string given_text(const AttributeView& view, py::handle value) {
  if (std::holds_alternative<const bonin::Attribute<bonin::Date>*>(view.attribute)) {
    return bonin::to_string(to_date(value, "value"));
  }
  if (std::holds_alternative<const bonin::Attribute<bool>*>(view.attribute))
    return to_plain_text(to_bool(value, "value"));
  return to_text(value, "value");
}

bool matches(const AttributeView& view, py::handle value) {
  const std::string given = given_text(view, value);
  return std::visit(
      [&given](const auto* attribute) {
        const auto* own = attribute->reveal();
        return own != nullptr && bonin::equal_in_constant_time(to_plain_text(*own), given);
      },
      view.attribute);
}

[[noreturn]] void refuse_truth() {
  throw py::type_error("an Attribute is neither true nor false: use .reveal() for its value, .present or .attested");
}

[[noreturn]] void refuse_comparison() {
  throw py::type_error("an Attribute is not compared with ==: use .matches(value), or .reveal() for its value");
}

}  // namespace

py::object raw_value(const AnyAttribute& attribute) {
  return std::visit(
      [](const auto* a) -> py::object {
        const auto* value = a->reveal();
        return value == nullptr ? py::none() : value_to_python(*value);
      },
      attribute);
}

void register_attribute(py::module_& m) {
  py::class_<AttributeView> cls(m, "Attribute",
                                "One attribute of a person: a value and who says so. Masked until `reveal()`.");
  cls.def_property_readonly(
      "attestation", [](const AttributeView& view) { return to_python(to_string(attestation(view))); },
      "`attested`, `self_declared_possible`, `unreadable` or `absent`.");
  cls.def_property_readonly("present", &present, "There is a value: attested or self-declared.");
  cls.def_property_readonly(
      "attested", [](const AttributeView& view) { return attestation(view) == Attestation::attested; },
      "The provider checked it.");
  cls.def(
      "reveal", [](const AttributeView& view) { return raw_value(view.attribute); },
      "reveal($self, /)\n--\n\nThe raw value, or None when there is none: personal data.");
  cls.def(
      "matches", [](const AttributeView& view, const py::object& value) { return matches(view, value); },
      "matches($self, value, /)\n--\n\nEqual to the raw value? In constant time; an absent attribute matches nothing.");
  cls.def("__repr__", [](const AttributeView& view) {
    std::string text = "Attribute(" + std::string(view.name) + "=" + masked(view);
    if (attestation(view) == Attestation::self_declared_possible) text += ", self_declared_possible";
    return to_python(text + ")");
  });
  cls.def("__str__", [](const AttributeView& view) { return to_python(masked(view)); });
  cls.def("__format__", [](const AttributeView& view, const py::object&) { return to_python(masked(view)); });
  cls.def("__bool__", [](const AttributeView&) -> bool { refuse_truth(); });
  cls.def("__eq__", [](const AttributeView&, const py::object&) -> bool { refuse_comparison(); });
  cls.def("__ne__", [](const AttributeView&, const py::object&) -> bool { refuse_comparison(); });
  cls.attr("__hash__") = py::none();
  refuse_pickle(cls, "an Attribute is not pickled or copied: use .reveal() for its value");
}
