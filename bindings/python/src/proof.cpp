// Proofs: a yes that lasts.

#include "arguments.hpp"
#include "bonin/bonin.hpp"
#include "errors.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;
using bonin::Proofs;

namespace {

Proofs create_proofs(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("Proofs", args, kwargs);
  Proofs::Options options;
  const auto one = arguments.find("key");
  const auto all = arguments.find("keys");
  arguments.clock("clock", options.clock);
  arguments.finish();
  if (one && all) raise(ErrorKind::invalid_argument, "name one of `key` and `keys`", "keys");
  if (all && !PyList_Check(all.ptr()) && !PyTuple_Check(all.ptr())) {
    raise(ErrorKind::invalid_pepper, "`keys` must be a list, the newest first", "keys");
  }
  const auto add = [&](py::handle key, const std::string& name) {
    options.keys.emplace_back(to_text(key, name, ErrorKind::invalid_pepper));
  };
  if (one) add(one, "key");
  if (all) {
    for (const auto key : all) add(key, "keys/" + std::to_string(options.keys.size()));
  }
  return take(Proofs::create(std::move(options)));
}

py::object issue(const Proofs& self, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("issue", args, kwargs, {"decision"});
  const auto decision = arguments.need("decision");
  const auto subject = to_own_id(arguments.need("subject"), "subject");
  int days = 0;
  arguments.need("days");
  arguments.integer("days", days);
  arguments.finish();
  if (!py::isinstance<bonin::Decision>(decision)) {
    raise(ErrorKind::invalid_argument, "`decision` must be a Decision", "decision");
  }
  return to_python(take(self.issue(decision.cast<const bonin::Decision&>(), subject, days)));
}

py::object check(const Proofs& self, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("check", args, kwargs, {"proof"});
  std::string text;
  arguments.need("proof");
  arguments.text("proof", text);
  const auto subject = to_own_id(arguments.need("subject"), "subject");
  const auto policy = arguments.need("policy");
  arguments.finish();
  if (!py::isinstance<bonin::Policy>(policy)) raise(ErrorKind::invalid_argument, "`policy` must be a Policy", "policy");
  const auto proof = self.check(text, subject, policy.cast<const bonin::Policy&>());
  return py::module_::import("bonin._proof")
      .attr("Proof")(to_python(bonin::word(proof.state)), value_or_none(proof.at), value_or_none(proof.until),
                     text_or_none(proof.policy_name), text_or_none(proof.policy_hash), text_or_none(proof.id_sha256),
                     to_python(proof.ko), to_python(proof.en));
}

}  // namespace

void register_proof(py::module_& m) {
  py::class_<Proofs> cls(
      m, "Proofs",
      "Signs proofs and checks them: a yes that lasts. Sends nothing, stores nothing. Immutable, thread-safe.\n\n"
      "key: of at least 32 bytes, the text itself, `env:NAME` or `file:PATH`; keys: several, the newest first, which "
      "signs. clock: a Sandbox, whose clock is followed. Raises InvalidPepper.");
  cls.def(py::init(&create_proofs), "__init__($self, self, /, *, key=None, keys=None, clock=None)\n--\n\n");
  cls.def(
      "issue", &issue,
      "issue($self, decision, *, subject, days)\n--\n\n"
      "A proof of a decision that allowed: a text of about 300 characters, nothing of it personal.\n\n"
      "subject: whom the application knows the person as, 1 to 1,000 bytes. days: 1 to 366, from the decision. Raises "
      "InvalidArgument.");
  cls.def("check", &check,
          "check($self, proof, *, subject, policy)\n--\n\n"
          "What a proof is worth for this subject and policy: a Proof; ask `.valid`. proof: the text, or None.");
  cls.def("__repr__", [](const Proofs&) { return to_python("Proofs()"); });
  refuse_pickle(cls, "a Proofs is not pickled or copied: it holds the key; make one in each process");
}
