// Registry: moving in. bonin/_import.py answers.

#include <string>

#include "arguments.hpp"
#include "errors.hpp"
#include "registry.hpp"
#include "to_python.hpp"

namespace registry_methods {
namespace {

using bonin::Registry;

/// Two methods that bonin/_import.py answers.
void add_import(py::class_<Registry>& cls, const char* name, const char* signature, const char* doc) {
  for (const bool awaited : {false, true}) {
    const std::string own = (awaited ? "a" : "") + std::string(name);
    // Leaked on purpose: the names live as long as the module.
    const char* const kept = (new std::string(own))->c_str();
    cls.def(
        kept,
        [kept](const py::object& self, const py::args& args, const py::kwargs& kwargs) {
          return py::module_::import("bonin._import").attr(kept)(self, *args, **kwargs);
        },
        (own + "($self, " + signature + ")\n--\n\n" + doc + (awaited ? "\n\nTo be awaited." : "")).c_str());
  }
}

}  // namespace

void add_imports(py::class_<Registry>& cls) {
#define BONIN_IMPORT "attests=(), any_value=False, conflicts=1000, on_conflict=None, on_batch=None, timeout_ms=None"
  add_import(cls, "import_", "rows, *, " BONIN_IMPORT,
             "Moves people in, a thousand rows a transaction: an ImportReport. rows: (kind, value, provider, merchant, "
             "account), as tuples or dicts, of raw CIs and DIs. Run again it changes nothing.");
  add_import(cls, "import_keys", "keys, *, " BONIN_IMPORT,
             "The same with keys that are hashed already: (kind, pepper_id, hash, provider, account), and received_at "
             "where it is known.");
  add_import(cls, "import_file", "path, *, kind=None, provider=None, merchant=None, " BONIN_IMPORT,
             "The same with a file of comma-separated values whose first line names its columns.");
  add_import(cls, "import_from", "source, *, " BONIN_IMPORT,
             "Moves everything of another registry with the same peppers in: keys, accounts, bans, rejoin periods, "
             "uses of ids. Nothing is written there.");
#undef BONIN_IMPORT
  cls.def_static(
      "schema_sql",
      [](const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("schema_sql", args, kwargs, {"schema"});
        std::string schema = "bonin";
        arguments.text("schema", schema);
        arguments.finish();
        return to_python(take(Registry::schema_sql(schema)));
      },
      "schema_sql(schema='bonin')\n--\n\n"
      "What makes the tables in PostgreSQL, for whoever lets no application make any.");
}

}  // namespace registry_methods
