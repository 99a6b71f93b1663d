// What became of many ids: nothing is made of an answer until it is read.

#include "judged.hpp"

#include "decision.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "kept.hpp"
#include "registers.hpp"
#include "to_python.hpp"

namespace {

struct Judged {
  bonin::JudgedPtr of;
  py::object allowed{};  // made when first read
};

/// A decision, the error, or None.
py::object answer(const bonin::Judged& judged, std::size_t i) {
  const auto& answer = judged.answers[i];
  if (!answer) return py::none();
  return *answer ? to_python(answer->value()) : to_exception(answer->error());
}

py::object at(const Judged& self, const py::object& index) {
  const auto size = static_cast<Py_ssize_t>(self.of->answers.size());
  if (PyIndex_Check(index.ptr()) == 0) throw py::type_error("a Judged is read by whole numbers");
  auto i = PyNumber_AsSsize_t(index.ptr(), PyExc_IndexError);
  if (i == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  if (i < 0) i += size;
  if (i < 0 || i >= size) throw py::index_error("there are " + std::to_string(size) + " ids");
  return answer(*self.of, static_cast<std::size_t>(i));
}

py::object allowed(Judged& self) {
  if (self.allowed) return self.allowed;
  const auto& answers = self.of->answers;
  std::string bytes(answers.size(), '\0');
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i] && *answers[i] && answers[i]->value().allowed()) bytes[i] = 1;
  }
  PYBIND11_CONSTINIT static Kept kept;
  self.allowed = find_once(kept, "bonin._judged", "column")(py::bytes(bytes));
  return self.allowed;
}

py::object counts(const Judged& self) {
  const auto& counts = self.of->counts;
  PYBIND11_CONSTINIT static Kept kept;
  return find_once(kept, "bonin._judged", "JudgedCounts")(counts.allowed, counts.denied, counts.failed, counts.left);
}

std::string text_of(const Judged& self) {
  const auto& [allowed, denied, failed, left] = self.of->counts;
  std::string text = "Judged(" + std::to_string(self.of->answers.size()) + " ids";
  const auto add = [&text](std::size_t number, const char* word) {
    if (number > 0) text += ", " + std::to_string(number) + " " + word;
  };
  add(allowed, "allowed");
  add(denied, "denied");
  add(failed, "failed");
  add(left, "left");
  if (self.of->stopped) text += ", stopped: " + std::string(self.of->stopped->name());
  return text + ")";
}

}  // namespace

py::object to_python(bonin::JudgedPtr judged) { return py::cast(Judged{std::move(judged)}); }

void register_judged(py::module_& m) {
  py::class_<Judged> cls(
      m, "Judged",
      "What became of the ids of verify_many(), in their order: a Decision, the error of an id about "
      "which nothing could be decided, or None for one that was left. Immutable, thread-safe.");
  cls.def("__len__", [](const Judged& self) { return self.of->answers.size(); });
  cls.def("__getitem__", &at);
  cls.def("__iter__", [](const py::object& self) {
    PYBIND11_CONSTINIT static Kept kept;
    return find_once(kept, "bonin._judged", "answers")(self);
  });
  cls.def_property_readonly("allowed", &allowed,
                            "True for each id that is allowed: an array of NumPy where it can be imported, else a "
                            "memoryview. Built when first read.");
  cls.def_property_readonly("counts", &counts, "JudgedCounts: allowed, denied, failed, left.");
  cls.def_property_readonly(
      "next", [](const Judged& self) { return self.of->next; },
      "Where to go on: the number of ids, or the first that was left or failed as it stopped.");
  cls.def_property_readonly(
      "stopped",
      [](const Judged& self) -> py::object {
        if (!self.of->stopped) return py::none();
        return to_exception(*self.of->stopped);
      },
      "The error for which it stopped before the last id, or None.");
  cls.def("__repr__", [](const Judged& self) { return to_python(text_of(self)); });
  refuse_pickle(cls, "a Judged is not pickled or copied: it holds personal data");
}
