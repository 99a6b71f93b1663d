// Verification, Person, Channel and Failure. They read the native record when asked, and print masked.

#include "verification.hpp"

#include <variant>

#include "attribute.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::Channel;
using bonin::Failure;
using bonin::Person;
using bonin::Verification;

namespace {

// A part of a record keeps the whole record alive.
template <class Part>
std::shared_ptr<Part> part(const std::shared_ptr<Verification>& whole, Part& of) {
  return std::shared_ptr<Part>(whole, &of);
}

template <class Class, class Whole>
void text_property(Class& cls, const char* name, std::string Whole::*member, const char* doc) {
  cls.def_property_readonly(name, [member](const Whole& whole) { return text_or_none(whole.*member); }, doc);
}

/// What Python's value of an attribute is, for its docstring.
const char* kind_of(const bonin::Attribute<std::string>&) { return "a text"; }
const char* kind_of(const bonin::Attribute<bonin::Date>&) { return "a datetime.date"; }
const char* kind_of(const bonin::Attribute<bonin::Gender>&) { return "`male`, `female` or `other`"; }
const char* kind_of(const bonin::Attribute<bonin::Carrier>&) { return "`SKT`, `KT` or `LGU`"; }
const char* kind_of(const bonin::Attribute<bool>&) { return "a bool"; }

std::string docstring_of(const bonin::AttributeInfo& info) {
  const Person nobody;
  const char* kind =
      bonin::with_attribute(nobody, info.attribute, [](const auto& attribute) { return kind_of(attribute); });
  return "An Attribute: " + std::string(info.en) + ", " + kind + ".";
}

void register_person(py::module_& m) {
  py::class_<Person, std::shared_ptr<Person>> cls(
      m, "Person", "The verified person. Every attribute is personal data and masked until `reveal()`.");
  for (const bonin::AttributeInfo& info : bonin::attributes) {
    cls.def_property_readonly(
        info.name.data(),  // a literal
        [&info](const std::shared_ptr<Person>& person) {
          return bonin::with_attribute(*person, info.attribute, [&](const auto& attribute) {
            return AttributeView{info.name.data(), person, &attribute};
          });
        },
        docstring_of(info).c_str());
  }
  cls.def(
      "to_dict",
      [](const Person& person) {
        py::dict out;
        for (const bonin::AttributeInfo& info : bonin::attributes) {
          out[info.name.data()] = bonin::with_attribute(person, info.attribute,
                                                        [](const auto& attribute) { return raw_value(&attribute); });
        }
        return out;
      },
      "to_dict($self, /)\n--\n\nThe raw values of all nine attributes, None where there is none: personal data.");
  cls.def("__repr__", [](const Person& person) { return to_python(bonin::describe(person)); });
  refuse_pickle(cls, "a Person is not pickled or copied: take what you need with to_dict()");
}

void register_channel(py::module_& m) {
  py::class_<Channel, std::shared_ptr<Channel>> cls(m, "Channel", "The channel a verification went through.");
  cls.def_property_readonly(
      "type", [](const Channel& channel) { return to_python(to_string(channel.type)); },
      "`live`, `test`, `unmarked` (V1 answers carry no mark), `missing` or `unknown`.");
  text_property(cls, "id", &Channel::id, "Id in PortOne's console, or None.");
  text_property(cls, "key", &Channel::key, "Channel key, or None.");
  text_property(cls, "name", &Channel::name, "Name in PortOne's console, or None.");
  text_property(cls, "pg_merchant_id", &Channel::pg_merchant_id, "Merchant id at the provider, or None.");
  cls.def("__repr__", [](const Channel& channel) {
    return to_python("Channel(type=" + std::string(to_string(channel.type)) + ")");
  });
  refuse_pickle(cls, "a Channel is not pickled or copied: take what you need");
}

void register_failure(py::module_& m) {
  py::class_<Failure, std::shared_ptr<Failure>> cls(m, "Failure",
                                                    "Why a V2 verification failed, in the provider's words.");
  text_property(cls, "reason", &Failure::reason, "PortOne's words, or None.");
  text_property(cls, "pg_code", &Failure::pg_code, "The provider's code, or None.");
  text_property(cls, "pg_message", &Failure::pg_message, "The provider's words, or None.");
  cls.def("__repr__", [](const Failure& failure) { return to_python("Failure(pg_code=" + failure.pg_code + ")"); });
  refuse_pickle(cls, "a Failure is not pickled or copied: take what you need");
}

}  // namespace

py::object to_python(const bonin::VerificationPtr& verification) {
  return py::cast(std::const_pointer_cast<Verification>(verification));
}

bonin::VerificationPtr to_verification(py::handle value, const std::string& parameter) {
  if (!py::isinstance<Verification>(value)) {
    raise(bonin::ErrorKind::invalid_argument, "`" + parameter + "` must be a Verification", parameter);
  }
  return value.cast<std::shared_ptr<Verification>>();
}

void register_verification(py::module_& m) {
  register_attribute(m);
  register_person(m);
  register_channel(m);
  register_failure(m);

  py::class_<Verification, std::shared_ptr<Verification>> cls(
      m, "Verification", "What PortOne says about an id, in one shape for V1 and V2. Masked when printed.");
  cls.def_property_readonly("id", [](const Verification& v) { return to_python(v.id); }, "The id that was asked for.");
  cls.def_property_readonly("api", [](const Verification& v) { return to_python(to_string(v.api)); }, "`v1` or `v2`.");
  cls.def_property_readonly(
      "status", [](const Verification& v) { return to_python(to_string(v.status)); },
      "`verified`, `ready`, `failed` or `unknown`.");
  text_property(cls, "provider", &Verification::provider, "Upper case, such as `DANAL`, or None.");
  text_property(cls, "merchant_uid", &Verification::merchant_uid, "V1, or None.");
  text_property(cls, "custom_data", &Verification::custom_data, "V2, or None.");
  text_property(cls, "customer_id", &Verification::customer_id, "V2: the application's own id of the person, or None.");
  text_property(cls, "origin", &Verification::origin, "V1: URL of the page, or None.");
  text_property(cls, "pg_tx_id", &Verification::pg_tx_id, "The provider's transaction id, or None.");
  cls.def_property_readonly(
      "requested_at", [](const Verification& v) { return value_or_none(v.requested_at); },
      "V2: datetime in UTC, or None.");
  cls.def_property_readonly(
      "verified_at", [](const Verification& v) { return value_or_none(v.verified_at); }, "datetime in UTC, or None.");
  cls.def_property_readonly(
      "channel", [](const std::shared_ptr<Verification>& v) { return part(v, v->channel); }, "The channel.");
  cls.def_property_readonly(
      "person", [](const std::shared_ptr<Verification>& v) { return part(v, v->person); }, "The verified person.");
  cls.def_property_readonly(
      "failure",
      [](const std::shared_ptr<Verification>& v) -> py::object {
        if (!v->failure) return py::none();
        return py::cast(part(v, *v->failure));
      },
      "Why it failed (V2), or None.");
  cls.def(
      "raw", [](const Verification& v) { return to_python(v.raw); },
      "raw($self, /)\n--\n\nThe JSON text of the record as PortOne sent it: personal data. No property: tools print "
      "those.");
  cls.def(
      "json", [](const Verification& v) { return py::module_::import("json").attr("loads")(to_python(v.raw)); },
      "json($self, /)\n--\n\nThe record as PortOne sent it, a dict: personal data.");
  cls.def("__repr__", [](const Verification& v) { return to_python(bonin::describe(v)); });
  refuse_pickle(cls,
                "a Verification is not pickled or copied: it holds personal data; take what you need, such as .id");
}
