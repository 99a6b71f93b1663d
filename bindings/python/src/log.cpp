#include "log.hpp"

#include "caller.hpp"
#include "from_python.hpp"
#include "kept.hpp"
#include "to_python.hpp"

namespace {

py::object event_to_python(const bonin::LogEvent& event) {
  py::dict fields;
  for (const auto& [name, value] : event.fields) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      fields[to_python(name)] = to_python(*text);
    } else if (const auto* code = std::get_if<std::string>(&value)) {
      fields[to_python(name)] = to_python(*code);
    } else {
      fields[to_python(name)] = std::get<std::int64_t>(value);
    }
  }
  return py::make_tuple(to_python(to_string(event.level)), to_python(event.area), to_python(event.name),
                        static_cast<double>(event.at.time_since_epoch().count()) / 1'000, fields,
                        CallContext::of(event.caller));
}

}  // namespace

void listen(const bonin::PortOne* client) {
  if (client == nullptr) return;
  PYBIND11_CONSTINIT static Kept kept_listeners, kept_logged;
  const auto& listeners = find_once(kept_listeners, "bonin._log", "listeners");
  bool wants_debug = PyList_GET_SIZE(listeners.ptr()) != 0;
  if (!wants_debug) {
    const auto& logged = find_once(kept_logged, "bonin._log", "calls_logged");
    wants_debug = owned(PyObject_CallNoArgs(logged.ptr())).ptr() == Py_True;
  }
  client->listen(wants_debug ? bonin::LogLevel::debug : bonin::LogLevel::info);
}

void hand_over_log(const bonin::PortOne* client) {
  if (client == nullptr || !client->has_log_events()) return;
  try {
    PYBIND11_CONSTINIT static Kept kept;
    const auto& emit = find_once(kept, "bonin._log", "emit");
    py::list events;
    for (const auto& event : client->take_log_events()) events.append(event_to_python(event));
    emit(events);
  } catch (py::error_already_set& error) {
    // A Ctrl-C that comes meanwhile is for whoever looks next: the call has an answer to give.
    if (error.matches(PyExc_KeyboardInterrupt)) return PyErr_SetInterrupt();
    error.discard_as_unraisable("bonin: writing to the log");
  }
}
