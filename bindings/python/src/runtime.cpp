#include "runtime.hpp"

#include "caller.hpp"
#include "client.hpp"
#include "from_python.hpp"
#include "gil.hpp"
#include "own_store.hpp"
#include "registers.hpp"
#include "sandbox/sandbox.hpp"
#include "to_python.hpp"
#include "twins.hpp"

namespace {

/// Settles every call and lets the threads that wait come back.
void end_of_process() {
  begin_the_end();
  close_own_stores();
  const py::gil_scoped_release released;
  bonin::shutdown();
  wait_for_threads();
}

/// Blocks, and reacts to Ctrl-C.
py::object doctor(const py::args& args, const py::kwargs& kwargs) {
  const UnderPython under;
  Arguments arguments("doctor", args, kwargs);
  bonin::DoctorOptions options;
  arguments.text("host", options.host);
  arguments.text("store", options.store);
  arguments.text("schema", options.schema);
  arguments.texts("peppers", options.peppers);
  arguments.path("ca_file", options.connection.ca_file);
  arguments.text("proxy", options.connection.proxy);
  arguments.duration("timeout_ms", options.timeout);
  const Caller caller(true);
  arguments.finish();
  bring_certificates(options.connection);
  const auto start = [&](bonin::Callback<bonin::DoctorReport> done) {
    return bonin::doctor(std::move(options), std::move(done));
  };
  return to_python(blocked<bonin::DoctorReport>(nullptr, start, caller.number()).json());
}

}  // namespace

void hook_the_end_of_the_process() {
  static bool hooked = false;  // a forked child inherits the hooks as well
  if (hooked) return;
  hooked = true;
  py::module_::import("atexit").attr("register")(py::cpp_function(&end_of_process));
  py::module_::import("os").attr("register_at_fork")(py::arg("after_in_child") =
                                                         py::cpp_function(&forget_waiting_threads));
}

void register_runtime(py::module_& m) {
  m.def(
      "word_lists",
      [] {
        py::dict lists;
        for (const auto& all : {bonin::word_lists(), bonin::sandbox::word_lists()}) {
          for (const auto& list : all) {
            py::list words;
            for (const auto word : list.words) words.append(to_python(word));
            lists[to_python(list.name)] = py::tuple(words);
          }
        }
        return lists;
      },
      "word_lists()\n--\n\nEvery closed set of words that bonin answers and takes, by its name.");
  m.def(
      "instruments",
      [] {
        py::list all;
        for (const auto& one : bonin::instruments) {
          all.append(py::make_tuple(to_python(one.of), to_python(one.kind), to_python(one.name), to_python(one.unit),
                                    to_python(one.description)));
        }
        return py::tuple(all);
      },
      "instruments()\n--\n\nOf each instrument of OpenTelemetry: of what, its kind, name, unit and description.");
  m.def(
      "new_id", [] { return to_python(bonin::new_id()); },
      "new_id()\n--\n\nA fresh V2 identity verification id: 32 lower-case hex characters, which every provider takes.");
  m.def("version", [] { return to_python(bonin::version()); }, "version()\n--\n\nVersion of bonin's core.");
  m.def(
      "runtime_versions", [] { return to_python(bonin::runtime_versions()); },
      "runtime_versions()\n--\n\nVersions of the libraries bonin runs with, one line.");
  m.def("doctor", &doctor,
        "doctor(*, host=None, store=None, schema=None, peppers=None, ca_file=None, proxy=None, timeout_ms=None)\n--\n\n"
        "What this machine has, reaches and believes, as JSON: what `bonin doctor` prints.");
  m.def(
      "own_openssl", [] { return bonin::own_openssl(); },
      "own_openssl()\n--\n\nTrue when the OpenSSL that answers is the one bonin was built against.");
  m.def(
      "set_certificate_root", [](const std::string& root) { bonin::set_certificate_root(root); },
      "set_certificate_root(root)\n--\n\nFor tests, before a client is made: the folder that certificates lie below.");
}
