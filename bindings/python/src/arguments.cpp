#include "arguments.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "errors.hpp"
#include "from_python.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

void Arguments::place(std::span<const char* const> positional) {
  if (places_ > positional.size()) {
    throw py::type_error(std::string(function_) + "() takes " + std::to_string(positional.size()) +
                         " positional arguments, " + std::to_string(places_) + " were given");
  }
  for (std::size_t i = 0; i < places_; ++i) place_names_.at(i) = positional[i];
}

Arguments::Arguments(const char* function, const Given& given, std::span<const char* const> positional)
    : function_(function), values_(given.values), places_(given.places) {
  if (given.names != nullptr && PyTuple_GET_SIZE(given.names) != 0) names_ = given.names;
  place(positional);
}

Arguments::Arguments(const char* function, const py::args& args, const py::kwargs& kwargs,
                     std::initializer_list<const char*> positional)
    : function_(function),
      values_(reinterpret_cast<PyTupleObject*>(args.ptr())->ob_item),
      places_(args.size()),
      dict_(kwargs.empty() ? nullptr : kwargs.ptr()) {
  place({positional.begin(), positional.size()});
}

PyObject* Arguments::by_place(std::string_view name) const {
  for (std::size_t i = 0; i < places_; ++i) {
    if (place_names_[i] == name) return values_[i];
  }
  return nullptr;
}

PyObject* Arguments::by_name(const char* name) const {
  if (dict_ != nullptr) return PyDict_GetItemString(dict_, name);
  if (names_ == nullptr) return nullptr;
  const auto count = PyTuple_GET_SIZE(names_);
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names_, i), name) == 0) {
      return values_[places_ + static_cast<std::size_t>(i)];
    }
  }
  return nullptr;
}

py::handle Arguments::need(const char* name) {
  const auto value = given(name);
  if (!value) throw py::type_error(std::string(function_) + "() misses the argument `" + name + "`");
  return value;
}

py::handle Arguments::given(const char* name) {
  PyObject* const placed = by_place(name);
  if (!has_names()) return placed;
  asked_.push_back(name);
  PyObject* const named = by_name(name);
  if (placed == nullptr) return named;
  if (named != nullptr) {
    throw py::type_error(std::string(function_) + "() got `" + name + "` by place and by name");
  }
  return placed;
}

py::handle Arguments::find(const char* name) {
  const auto value = given(name);
  return value && value.is_none() ? py::handle() : value;
}

void Arguments::text(const char* name, std::string& into) {
  if (const auto value = find(name)) into = to_text(value, name);
}

void Arguments::text(const char* name, std::optional<std::string>& into) {
  if (const auto value = find(name)) into = to_text(value, name);
}

void Arguments::path(const char* name, std::string& into) {
  const auto value = find(name);
  if (!value) return;
  PyObject* path = PyOS_FSPath(value.ptr());
  if (path == nullptr) {
    PyErr_Clear();
    raise(ErrorKind::invalid_argument, "`" + std::string(name) + "` must be a path", name);
  }
  into = to_text(py::reinterpret_steal<py::object>(path), name);
  // It would name another file to the system.
  if (into.find('\0') != std::string::npos)
    raise(ErrorKind::invalid_argument, "`" + std::string(name) + "` must be a path", name);
}

void Arguments::secret(const char* name, bonin::Secret& into) {
  if (const auto value = find(name)) into = bonin::Secret(to_text(value, name, ErrorKind::missing_credentials));
}

void Arguments::json(const char* name, std::string& into) {
  if (const auto value = find(name)) into = to_json(value, name, ErrorKind::invalid_argument);
}

void Arguments::integer(const char* name, int& into) {
  const auto value = find(name);
  if (!value) return;
  const auto number = to_integer(value, name);
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
    raise(ErrorKind::invalid_argument, "`" + std::string(name) + "` is out of range", name);
  }
  into = static_cast<int>(number);
}

void Arguments::integer(const char* name, std::optional<int>& into) {
  if (!find(name)) return;
  integer(name, into.emplace());
}

void Arguments::boolean(const char* name, bool& into) {
  if (const auto value = given(name)) into = to_bool(value, name);
}

void Arguments::boolean(const char* name, std::optional<bool>& into) {
  if (const auto value = find(name)) into = to_bool(value, name);
}

void Arguments::moment(const char* name, std::optional<bonin::Moment>& into) {
  if (const auto value = find(name)) into = to_moment(value, name);
}

void Arguments::texts(const char* name, std::vector<std::string>& into) {
  const auto value = find(name);
  if (!value) return;
  if (!PyList_Check(value.ptr()) && !PyTuple_Check(value.ptr())) {
    raise(ErrorKind::invalid_argument, "`" + std::string(name) + "` must be a list of texts", name);
  }
  for (const auto item : value) into.push_back(to_text(item, name));
}

void Arguments::clock(const char* name, std::shared_ptr<const bonin::Clock>& into) {
  const auto value = find(name);
  if (!value) return;
  const auto held = py::reinterpret_steal<py::object>(PyObject_GetAttrString(value.ptr(), "_clock"));
  if (!held) PyErr_Clear();
  if (!held || !py::isinstance<bonin::Clock>(held)) {
    raise(ErrorKind::invalid_argument, "`" + std::string(name) + "` must be a Sandbox", name);
  }
  into = held.cast<std::shared_ptr<bonin::Clock>>();
}

void Arguments::duration(const char* name, std::chrono::milliseconds& into, ErrorKind kind) {
  if (const auto value = find(name)) into = std::chrono::milliseconds{to_integer(value, name, kind)};
}

void Arguments::duration(const char* name, std::optional<std::chrono::milliseconds>& into, ErrorKind kind) {
  if (const auto value = find(name)) into = std::chrono::milliseconds{to_integer(value, name, kind)};
}

std::string Arguments::id(const char* name) { return to_text(need(name), name, ErrorKind::invalid_id); }

void Arguments::check_known(py::handle given) const {
  const auto key = to_text(given, "keyword");
  if (std::any_of(asked_.begin(), asked_.end(), [&](const char* name) { return key == name; })) return;
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  throw py::type_error(std::string(function_) + "() got an unexpected keyword argument `" + key + "`" +
                       bonin::did_you_mean(key, known));
}

void Arguments::finish() const {
  if (names_ != nullptr) {
    for (const auto name : py::reinterpret_borrow<py::tuple>(names_)) check_known(name);
  } else if (dict_ != nullptr) {
    for (const auto item : py::reinterpret_borrow<py::dict>(dict_)) check_known(item.first);
  }
}
