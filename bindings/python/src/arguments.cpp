#include "arguments.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "errors.hpp"
#include "from_python.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

Arguments::Arguments(const char* function, const py::args& args, const py::kwargs& kwargs,
                     const std::vector<const char*>& positional)
    : function_(function), kwargs_(kwargs) {
  if (args.size() > positional.size()) {
    throw py::type_error(std::string(function) + "() takes " + std::to_string(positional.size()) +
                         " positional arguments, " + std::to_string(args.size()) + " were given");
  }
  asked_.reserve(8);
  positional_.reserve(args.size());
  for (std::size_t i = 0; i < args.size(); ++i) {
    positional_.emplace_back(positional[i], PyTuple_GET_ITEM(args.ptr(), static_cast<Py_ssize_t>(i)));
  }
}

py::handle Arguments::need(const char* name) {
  asked_.push_back(name);
  PyObject* by_name = kwargs_.empty() ? nullptr : PyDict_GetItemString(kwargs_.ptr(), name);
  for (const auto& [place, value] : positional_) {
    if (std::string_view(place) != name) continue;
    if (by_name != nullptr) {
      throw py::type_error(std::string(function_) + "() got `" + name + "` by place and by name");
    }
    return value;
  }
  if (by_name == nullptr) throw py::type_error(std::string(function_) + "() misses the argument `" + name + "`");
  return by_name;
}

py::handle Arguments::given(const char* name) {
  const bool by_place = std::any_of(positional_.begin(), positional_.end(),
                                    [&](const auto& p) { return std::string_view(p.first) == name; });
  if (!by_place && (kwargs_.empty() || PyDict_GetItemString(kwargs_.ptr(), name) == nullptr)) {
    asked_.push_back(name);
    return {};
  }
  return need(name);
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

void Arguments::duration(const char* name, std::chrono::milliseconds& into) {
  if (const auto value = find(name)) {
    into = std::chrono::milliseconds{to_integer(value, name, ErrorKind::invalid_timeout)};
  }
}

void Arguments::duration(const char* name, std::optional<std::chrono::milliseconds>& into) {
  if (const auto value = find(name)) {
    into = std::chrono::milliseconds{to_integer(value, name, ErrorKind::invalid_timeout)};
  }
}

std::string Arguments::id(const char* name) { return to_text(need(name), name, ErrorKind::invalid_id); }

void Arguments::finish() const {
  if (kwargs_.empty()) return;
  for (const auto item : kwargs_) {
    const auto key = to_text(item.first, "keyword");
    if (std::none_of(asked_.begin(), asked_.end(), [&](const char* name) { return key == name; })) {
      const std::vector<std::string_view> known(asked_.begin(), asked_.end());
      throw py::type_error(std::string(function_) + "() got an unexpected keyword argument `" + key + "`" +
                           bonin::did_you_mean(key, known));
    }
  }
}
