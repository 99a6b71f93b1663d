// PolicyFile: a policy that may be replaced while the server runs.

#include "arguments.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::PolicyFile;

void register_policy_file(py::module_& m) {
  py::class_<PolicyFile, std::shared_ptr<PolicyFile>> cls(
      m, "PolicyFile",
      "A policy read from a file, which may be replaced while the server runs: a bad file never takes the place of a "
      "good policy. Thread-safe.");
  cls.def(py::init([](const py::args& args, const py::kwargs& kwargs) {
            Arguments arguments("PolicyFile", args, kwargs, {"path"});
            std::string path;
            arguments.need("path");
            arguments.path("path", path);
            arguments.finish();
            return take(PolicyFile::open(std::move(path)));
          }),
          "__init__($self, self, path)\n--\n\n");
  cls.def_property_readonly(
      "policy", [](const PolicyFile& self) { return self.policy(); },
      "The policy in force. One that was taken out stays as it is.");
  cls.def(
      "reload",
      [](PolicyFile& self) {
        take(self.reload());
        return self.policy();
      },
      "reload($self, /)\n--\n\nReads the file again and answers the policy now in force. When the file is bad the "
      "error is raised and the old policy stays.");
  cls.def("__repr__",
          [](const PolicyFile& self) { return to_python("PolicyFile(" + std::string(self.policy().name()) + ")"); });
  refuse_pickle(cls, "a PolicyFile is not pickled or copied: open its path again");
}
