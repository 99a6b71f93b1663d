#include "own_question.hpp"

#include "aio.hpp"
#include "caller.hpp"
#include "convert_registry.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

namespace {

/// For `Error::thrown`: the exception, freed by whichever thread next comes by with the GIL.
std::shared_ptr<const void> keep_exception(const py::object& exception) {
  return {exception.inc_ref().ptr(),
          [](const void* held) { aio::free_later(static_cast<PyObject*>(const_cast<void*>(held))); }};
}

}  // namespace

py::object given_to_python(const std::vector<bonin::PersonKey>& keys) {
  py::list out;
  for (const auto& key : keys) out.append(to_python(key));
  return out;
}
py::object given_to_python(const std::string& text) { return to_python(text); }
py::object given_to_python(bonin::Moment moment) { return to_python(moment); }
py::object given_to_python(const std::optional<bonin::Moment>& moment) { return value_or_none(moment); }
py::object given_to_python(const bonin::OwnWho& who) {
  py::dict out;
  if (who.account_id.empty()) {
    out["keys"] = given_to_python(who.keys);
  } else {
    out["account_id"] = to_python(who.account_id);
  }
  return out;
}

std::string of_own_store(const char* function) {
  return std::string("`") + function + "` of the application's own store";
}

void register_own_question(py::module_& m) {
  py::class_<Question, QuestionPtr> question(m, "OwnStoreQuestion", "Asked of the application's own store.");
  question.def_property_readonly("function", [](const Question& self) { return to_python(self.function); });
  question.def_property_readonly("arguments", &Question::arguments);
  question.def_property_readonly("context", [](const Question& self) { return CallContext::of(self.caller.id); });
  question.def_property_readonly("ended", [](const Question& self) { return self.caller.ended(); });
  question.def("answer", &Question::answer);
  question.def("fail", [](Question& self, const py::object& exception) {
    const auto name = to_text(py::type::of(exception).attr("__name__"), "exception");
    const auto errors = py::module_::import("bonin.errors");
    // What some functions say by raising. The core knows which.
    auto kind = ErrorKind::store_failed;
    if (py::isinstance(exception, errors.attr("Conflict"))) kind = ErrorKind::conflict;
    if (py::isinstance(exception, errors.attr("NotFound"))) kind = ErrorKind::not_found;
    auto error = bonin::make_error(kind, of_own_store(self.function) + " failed: `" + name + "`");
    error.thrown = keep_exception(exception);
    self.fail(error);
  });
}
