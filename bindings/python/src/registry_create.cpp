// What makes a Registry.

#include "arguments.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "own_store.hpp"
#include "registry.hpp"
#include "runtime.hpp"

namespace registry_methods {
namespace {

using bonin::ErrorKind;
using bonin::Registry;

bonin::Pepper to_pepper(py::handle value, const std::string& name) {
  constexpr auto kind = ErrorKind::invalid_pepper;
  if (PyUnicode_Check(value.ptr())) return {.id = {}, .key = bonin::Secret(to_text(value, name, kind))};
  if (!PyTuple_Check(value.ptr()) || PyTuple_GET_SIZE(value.ptr()) != 2) {
    raise(kind, "`" + name + "` must be text or a pair of an id and text", name);
  }
  return {.id = to_text(PyTuple_GET_ITEM(value.ptr(), 0), name + "/id", kind),
          .key = bonin::Secret(to_text(PyTuple_GET_ITEM(value.ptr(), 1), name + "/key", kind))};
}

std::vector<bonin::Pepper> read_peppers(Arguments& arguments) {
  const auto one = arguments.find("pepper");
  const auto all = arguments.find("peppers");
  if (one && all) raise(ErrorKind::invalid_argument, "name one of `pepper` and `peppers`", "peppers");
  if (one) return {to_pepper(one, "pepper")};
  if (!all) return {};
  if (!PyList_Check(all.ptr()) && !PyTuple_Check(all.ptr())) {
    raise(ErrorKind::invalid_pepper, "`peppers` must be a list, the newest first", "peppers");
  }
  std::vector<bonin::Pepper> peppers;
  for (const auto item : all) peppers.push_back(to_pepper(item, "peppers/" + std::to_string(peppers.size())));
  return peppers;
}

std::vector<bonin::KeyKind> to_kinds(const std::vector<std::string>& names) {
  std::vector<bonin::KeyKind> kinds;
  for (const auto& name : names) {
    if (name != "ci" && name != "di") raise(ErrorKind::invalid_argument, "`keys` must hold `ci`, `di` or both", "keys");
    kinds.push_back(name == "ci" ? bonin::KeyKind::ci : bonin::KeyKind::di);
  }
  return kinds;
}

}  // namespace

Registry create_registry(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("Registry", args, kwargs, {"store"});
  Registry::Options options;
  arguments.text("store", options.store);
  arguments.text("schema", options.schema);
  arguments.integer("connections", options.connections);
  options.peppers = read_peppers(arguments);
  if (arguments.find("keys")) {
    std::vector<std::string> names;
    arguments.texts("keys", names);
    options.keys = to_kinds(names);
  }
  arguments.texts("accept_page_chosen_di", options.accept_page_chosen_di);
  arguments.duration("reservation_life_ms", options.reservation_life, bonin::ErrorKind::invalid_argument);
  arguments.duration("timeout_ms", options.timeout);
  arguments.clock("clock", options.clock);
  const auto own = arguments.find("own_store");
  arguments.finish();
  if (own) options.own_store = to_own_store(py::reinterpret_borrow<py::object>(own), options.timeout);
  auto registry = take(Registry::create(std::move(options)));
  hook_the_end_of_the_process();
  return registry;
}

}  // namespace registry_methods
