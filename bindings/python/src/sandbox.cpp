#include "sandbox/sandbox.hpp"

#include <unistd.h>

#include <limits>

#include "arguments.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "gil.hpp"
#include "registers.hpp"
#include "to_python.hpp"

namespace {

/// A sandbox, and the process whose thread serves it. A forked child has the object and not the thread, so its
/// destructor does not wait for the thread.
class Running {
 public:
  explicit Running(std::unique_ptr<bonin::sandbox::Sandbox> sandbox) : sandbox_(std::move(sandbox)), pid_(getpid()) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (!ours()) sandbox_.release();
  }

  bool ours() const noexcept { return getpid() == pid_; }
  bonin::sandbox::Sandbox& operator*() const noexcept { return *sandbox_; }
  bonin::sandbox::Sandbox* operator->() const noexcept { return sandbox_.get(); }

 private:
  std::unique_ptr<bonin::sandbox::Sandbox> sandbox_;
  pid_t pid_;
};

std::unique_ptr<Running> start(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("Sandbox", args, kwargs);
  bonin::sandbox::Options options;
  int port = options.port;
  arguments.text("host", options.host);
  arguments.integer("port", port);
  arguments.boolean("allow_remote", options.allow_remote);
  arguments.text("token", options.token);
  arguments.text("public_url", options.public_url);
  arguments.finish();
  if (port < 0 || port > std::numeric_limits<std::uint16_t>::max()) {
    raise(bonin::ErrorKind::invalid_argument, "`port` must lie between 0 and 65535", "port");
  }
  options.port = static_cast<std::uint16_t>(port);
  auto started = [&] {
    const WithoutGil away;
    return bonin::sandbox::Sandbox::start(std::move(options));
  }();
  return std::make_unique<Running>(take(std::move(started)));
}

}  // namespace

void register_sandbox(py::module_& m) {
  py::class_<bonin::Clock, std::shared_ptr<bonin::Clock>> clock(m, "Clock", "The clock of a sandbox.");
  refuse_pickle(clock, "the clock of a sandbox is not pickled or copied");
  py::class_<Running> cls(m, "Sandbox", py::release_gil_before_calling_cpp_dtor(),
                          "A PortOne of one's own; bonin.Sandbox is the public face.");
  cls.def(py::init(&start));
  cls.def_property_readonly("url", [](const Running& self) { return to_python(self->url()); });
  cls.def_property_readonly("token", [](const Running& self) { return text_or_none(self->token()); });
  // pybind11 needs a pointer without `const`. No method that Python has changes the object.
  cls.def_property_readonly("clock",
                            [](const Running& self) { return std::const_pointer_cast<bonin::Clock>(self->clock()); });
  cls.def("control", [](const Running& self, const std::string& operation, const std::string& json) {
    if (!self.ours()) raise(bonin::ErrorKind::closed, "the sandbox belongs to the parent of this process", "");
    auto answer = [&] {
      const WithoutGil away;
      return self->control(operation, json);
    }();
    return to_python(take(std::move(answer)));
  });
  cls.def("stop", [](const Running& self) {
    if (!self.ours()) return;
    const WithoutGil away;
    self->stop();
  });
}
