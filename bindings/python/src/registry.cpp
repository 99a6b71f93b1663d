// Registry: which person holds which account.

#include "registry.hpp"

#include "gil.hpp"
#include "health.hpp"
#include "registers.hpp"
#include "registry_operation.hpp"

using bonin::Registry;

namespace {

void add_keys(py::class_<Registry>& cls) {
  add_method(
      cls, "keys",
      "keys($self, verification)\n--\n\n"
      "The keys of this person as an application's own table stores them: a list of PersonKey, in the order of "
      "`keys`, each under every pepper, the newest first. Asks no store. Raises InvalidArgument for a verification "
      "that is not verified or holds no attested key.",
      [](const Given& given) -> py::object {
        SelfOf<Registry> self("keys", given);
        static constexpr const char* places[] = {"verification"};
        Arguments arguments("keys", given.after_self(), places);
        const auto of = registry_methods::verification(arguments);
        arguments.finish();
        py::list keys;
        for (const auto& key : take(self.get().keys(*of))) keys.append(to_python(key));
        return keys;
      });
}

void add_end(py::class_<Registry>& cls) {
  cls.def(
      "metrics", [](const Registry& self) { return to_python(self.metrics()); },
      "metrics($self, /)\n--\n\n"
      "What this registry has counted in this process, as a dict of plain values; docs/operations.md names them.");
  cls.def_property_readonly(
      "warnings", [](const Registry& self) { return to_list(self.warnings()); },
      "What its operator should know of the options.");
  cls.def(
      "close",
      [](const Registry& self) {
        const WithoutGil away;
        self.close();
      },
      "close($self, /)\n--\n\nSettles what waits with Closed and refuses new calls. Idempotent.");
  cls.def(
      "aclose", [](const py::object& self) { return py::module_::import("bonin._registry").attr("close")(self); },
      "aclose($self, /)\n--\n\nAs close(), to be awaited.");
  cls.def("__enter__", [](py::object self) { return self; });
  cls.def("__exit__", [](const py::object& self, const py::args&) { self.attr("close")(); });
  cls.def("__aenter__", [](const py::object& self) { return py::module_::import("bonin._aio").attr("itself")(self); });
  cls.def("__aexit__", [](const py::object& self, const py::args&) { return self.attr("aclose")(); });
  cls.def("__repr__", [](const Registry& self) { return to_python(self.describe()); });
  refuse_pickle(cls, "a Registry is not pickled or copied: it holds the pepper; make one in each process");
}

}  // namespace

void register_registry(py::module_& m) {
  using namespace registry_methods;
  py::class_<Registry> cls(
      m, "Registry", py::release_gil_before_calling_cpp_dtor(),
      "Which person holds which account, which ids were used; docs/registry.md. Thread-safe; usable after a fork. "
      "Making "
      "one opens nothing.\n\n"
      "store: `sqlite:PATH`, `postgresql://...` or `mysql://...`; or own_store, an object with find(keys) and "
      "claim(keys, "
      "account_id). "
      "pepper: the key of at least 32 bytes, `env:NAME` or `file:PATH`; peppers: several, the newest first, each text "
      "or "
      "a pair (id, key). keys: `ci`, `di` or both, both by default. "
      "accept_page_chosen_di: providers whose DI counts alone for a new account although the page chooses its salt. "
      "reservation_life_ms: how long a place is kept, 1 s "
      "to 1 day. "
      "timeout_ms: how long a call may wait for the store, 1 ms to 10 minutes. "
      "schema: of the tables in PostgreSQL, `bonin` by default. "
      "connections: to PostgreSQL in each process, 1 to 64, 4 by default.\n\n"
      "Raises InvalidArgument, InvalidPepper, InvalidTimeout.");
  cls.def(py::init(&create_registry),
          "__init__($self, self, store=None, *, pepper=None, peppers=None, keys=None, accept_page_chosen_di=(), "
          "reservation_life_ms=None, "
          "timeout_ms=None, own_store=None, clock=None, schema=None, connections=None)\n--\n\n");
  add_accounts(cls);
  add_keys(cls);
  add_bans(cls);
  add_sign_up(cls);
  add_housekeeping(cls);
  add_imports(cls);
  add_end(cls);
}
