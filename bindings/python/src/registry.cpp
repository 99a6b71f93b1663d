// Registry: which person holds which account.

#include <variant>

#include "bonin/bonin.hpp"
#include "convert_registry.hpp"
#include "from_python.hpp"
#include "health.hpp"
#include "own_store.hpp"
#include "registers.hpp"
#include "runtime.hpp"
#include "to_python.hpp"
#include "twins.hpp"
#include "verification.hpp"

using bonin::Call;
using bonin::Callback;
using bonin::CallOptions;
using bonin::Claim;
using bonin::ErrorKind;
using bonin::Registry;
using bonin::VerificationPtr;

namespace {

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
  arguments.duration("reservation_life_ms", options.reservation_life);
  arguments.duration("timeout_ms", options.timeout);
  arguments.clock("clock", options.clock);
  const auto own = arguments.find("own_store");
  arguments.finish();
  if (own) options.own_store = to_own_store(py::reinterpret_borrow<py::object>(own), options.timeout);
  auto registry = take(Registry::create(std::move(options)));
  hook_the_end_of_the_process();
  return registry;
}

// ---- required arguments -------------------------------------------------------------------------

std::string text(Arguments& arguments, const char* name) { return to_text(arguments.need(name), name); }

std::string own_id(Arguments& arguments, const char* name) { return to_own_id(arguments.need(name), name); }

VerificationPtr verification(Arguments& arguments) {
  return to_verification(arguments.need("verification"), "verification");
}

bonin::Who who(Arguments& arguments) {
  bonin::Who who;
  arguments.own_id("account_id", who.account_id);
  if (const auto given = arguments.find("verification")) who.verification = to_verification(given, "verification");
  if (const auto given = arguments.find("person")) who.person = to_integer(given, "person");
  return who;
}

/// A reservation, or its id.
std::variant<bonin::Reservation, std::string> reservation(Arguments& arguments) {
  const auto given = arguments.need("reservation");
  if (py::isinstance<bonin::Reservation>(given)) return given.cast<const bonin::Reservation&>();
  return to_text(given, "reservation");
}

// ---- operations ---------------------------------------------------------------------------------

const auto in_python = [](const auto& answer) -> py::object { return to_python(answer); };
const auto as_it_is = [](const auto& answer) -> py::object { return py::cast(answer); };
const auto text_if_any = [](const std::optional<std::string>& text) -> py::object { return value_or_none(text); };
const auto nothing = [](bonin::Done) -> py::object { return py::none(); };

/// `read(arguments)` returns the function that begins the operation: `Call(const Registry&, Callback<T>, const
/// CallOptions&)`. That function holds no Python object.
template <class T, class Read, class Convert>
void operation(py::class_<Registry>& cls, const char* name, std::initializer_list<const char*> places, Read read,
               Convert convert, const char* signature, const char* doc) {
  twins<T, Registry>(
      cls, name, places,
      [read](const Registry& self, Arguments& arguments) {
        const auto call = read_call_options(arguments);
        auto begin = read(arguments);
        serve_own_stores();
        return [self, begin = std::move(begin), call](Callback<T> done) { return begin(self, std::move(done), call); };
      },
      convert, signature, doc);
}

using ClaimCall = Call (Registry::*)(const bonin::Verification&, std::string_view, const Registry::ClaimOptions&,
                                     Callback<Claim>, const CallOptions&) const;
template <ClaimCall claim>
void add_claim(py::class_<Registry>& cls, const char* name, const char* doc) {
  operation<Claim>(
      cls, name, {"verification", "account_id"},
      [](Arguments& a) {
        Registry::ClaimOptions options;
        a.own_id("subject", options.subject);
        return [v = verification(a), account = own_id(a, "account_id"), options](auto& r, auto done, auto& call) {
          return (r.*claim)(*v, account, options, std::move(done), call);
        };
      },
      in_python, "verification, account_id, *, subject=None, timeout_ms=None", doc);
}

using CommitCall = Call (Registry::*)(std::string_view, std::string_view, Callback<Claim>, const CallOptions&) const;
using PlaceCall = Call (bonin::Reservation::*)(std::string_view, Callback<Claim>, const CallOptions&) const;
template <CommitCall by_id, PlaceCall by_place>
void add_commit(py::class_<Registry>& cls, const char* name, const char* doc) {
  operation<Claim>(
      cls, name, {"reservation", "account_id"},
      [](Arguments& a) {
        return [given = reservation(a), account = own_id(a, "account_id")](auto& r, auto done, auto& call) {
          if (const auto* place = std::get_if<0>(&given)) return (place->*by_place)(account, std::move(done), call);
          return (r.*by_id)(*std::get_if<1>(&given), account, std::move(done), call);
        };
      },
      in_python, "reservation, account_id, *, timeout_ms=None", doc);
}

void add_accounts(py::class_<Registry>& cls) {
  operation<std::optional<std::string>>(
      cls, "find", {"verification"},
      [](Arguments& a) {
        return [v = verification(a)](auto& r, auto done, auto& call) { return r.find(*v, std::move(done), call); };
      },
      text_if_any, "verification, *, timeout_ms=None",
      "The account of this person, or None. Conflict when CI and DI lead to two persons.");
  add_claim<&Registry::claim>(cls, "claim",
                              "Makes the account this person's: a Claim that is granted; saying it again answers "
                              "`existing`. Raises ClaimRefused "
                              "when nothing was granted. `subject`: who signs up, which lets the claim of a "
                              "reservation's own subject through.");
  add_claim<&Registry::try_claim>(cls, "try_claim", "As claim(), and a refusal is an answer: ask `.granted`.");
  operation<bool>(
      cls, "match", {"verification", "account_id"},
      [](Arguments& a) {
        return [v = verification(a), account = own_id(a, "account_id")](auto& r, auto done, auto& call) {
          return r.match(*v, account, std::move(done), call);
        };
      },
      as_it_is, "verification, account_id, *, timeout_ms=None",
      "Is this the person who holds the account? False for whatever cannot be proved.");
  operation<bool>(
      cls, "release", {"account_id"},
      [](Arguments& a) {
        const auto name = "rejoin_after_ms";
        const std::chrono::milliseconds after{to_integer(a.need(name), name)};
        return [account = own_id(a, "account_id"), after](auto& r, auto done, auto& call) {
          return r.release(account, after, std::move(done), call);
        };
      },
      as_it_is, "account_id, *, rejoin_after_ms, timeout_ms=None",
      "The account is given up; its person stays known for `rejoin_after_ms`. False: there was no such account.");
  operation<bool>(
      cls, "forget", {"account_id"},
      [](Arguments& a) {
        return [account = own_id(a, "account_id")](auto& r, auto done, auto& call) {
          return r.forget(account, std::move(done), call);
        };
      },
      as_it_is, "account_id, *, timeout_ms=None",
      "Erases the person of an account with everything, a ban included. False: there was no such account.");
}

void add_bans(py::class_<Registry>& cls) {
  operation<bonin::Done>(
      cls, "ban", {},
      [](Arguments& a) {
        std::optional<bonin::Moment> until;
        std::string reason;
        a.moment("until", until);
        a.text("reason", reason);
        return [who = who(a), until, reason](auto& r, auto done, auto& call) {
          return r.ban(who, until, reason, std::move(done), call);
        };
      },
      nothing, "*, account_id=None, verification=None, person=None, until=None, reason=None, timeout_ms=None",
      "Keeps a person out until a moment (an aware datetime), or for ever. The person: one of an account, a "
      "verification "
      "and a number from export(). `reason` is the operator's own: write nothing personal.");
  operation<bool>(
      cls, "unban", {},
      [](Arguments& a) {
        return [who = who(a)](auto& r, auto done, auto& call) { return r.unban(who, std::move(done), call); };
      },
      as_it_is, "*, account_id=None, verification=None, person=None, timeout_ms=None", "False: there was no ban.");
}

void add_sign_up(py::class_<Registry>& cls) {
  operation<bonin::Standing::Use>(
      cls, "consume", {"verification_id", "subject"},
      [](Arguments& a) {
        return [id = text(a, "verification_id"), subject = own_id(a, "subject")](auto& r, auto done, auto& call) {
          return r.consume(id, subject, std::move(done), call);
        };
      },
      in_python, "verification_id, subject, *, timeout_ms=None",
      "Uses an id up for one subject: `first`, `same_subject`, or `other_subject`, which must be refused.");
  operation<bonin::Standing>(
      cls, "standing", {"verification"},
      [](Arguments& a) {
        std::string subject;
        a.own_id("subject", subject);
        return [v = verification(a), subject](auto& r, auto done, auto& call) {
          return r.standing(*v, subject, std::move(done), call);
        };
      },
      in_python, "verification, *, subject=None, timeout_ms=None",
      "What a policy needs to know, as Policy.evaluate takes it. Read only.");
  operation<bonin::Admission>(
      cls, "admit", {"verification", "subject"},
      [](Arguments& a) {
        Registry::AdmitOptions options;
        a.boolean("consume", options.consume);
        a.boolean("reserve", options.reserve);
        a.boolean("accept_page_chosen_di", options.accept_page_chosen_di);
        return [v = verification(a), subject = own_id(a, "subject"), options](auto& r, auto done, auto& call) {
          return r.admit(*v, subject, options, std::move(done), call);
        };
      },
      in_python, "verification, subject, *, consume=False, reserve=False, accept_page_chosen_di=False, timeout_ms=None",
      "As standing(), and uses the id up and keeps a place in the same transaction: an Admission. Judge by its "
      "standing.");
  operation<bonin::Reserved>(
      cls, "reserve", {"verification", "subject"},
      [](Arguments& a) {
        return [v = verification(a), subject = own_id(a, "subject")](auto& r, auto done, auto& call) {
          return r.reserve(*v, subject, std::move(done), call);
        };
      },
      in_python, "verification, subject, *, timeout_ms=None",
      "Keeps a place for a person: Reserved, with a reservation or the reason why there is none. The same subject "
      "again "
      "gets the same one, renewed.");
  add_commit<&Registry::commit, &bonin::Reservation::commit>(
      cls, "commit",
      "Turns a reservation (or its id) into an account: a Claim that is granted; saying it again answers `existing`. "
      "Raises ClaimRefused when nothing was granted.");
  add_commit<&Registry::try_commit, &bonin::Reservation::try_commit>(
      cls, "try_commit", "As commit(), and a refusal is an answer: ask `.granted`.");
  operation<bool>(
      cls, "cancel", {"reservation"},
      [](Arguments& a) {
        return [given = reservation(a)](auto& r, auto done, auto& call) {
          if (const auto* place = std::get_if<0>(&given)) return place->cancel(std::move(done), call);
          return r.cancel(*std::get_if<1>(&given), std::move(done), call);
        };
      },
      as_it_is, "reservation, *, timeout_ms=None", "False: it was not there any more.");
}

void add_housekeeping(py::class_<Registry>& cls) {
  operation<bonin::Counts>(
      cls, "count", {},
      [](Arguments&) { return [](auto& r, auto done, auto& call) { return r.count(std::move(done), call); }; },
      in_python, "*, timeout_ms=None", "How many persons, accounts, keys and uses: Counts. Reads whole tables.");
  operation<bonin::PersonPage>(
      cls, "export_page", {"after", "limit"},
      [](Arguments& a) {
        const auto after = to_integer(a.need("after"), "after");
        int limit = 0;
        a.need("limit");
        a.integer("limit", limit);
        return [after, limit](auto& r, auto done, auto& call) {
          return r.export_page(after, limit, std::move(done), call);
        };
      },
      in_python, "after, limit, *, timeout_ms=None",
      "Persons with a number above `after`, at most `limit` (1 to 10,000) of them: a PersonPage.");
  operation<std::vector<bonin::PepperCount>>(
      cls, "rotate", {},
      [](Arguments&) { return [](auto& r, auto done, auto& call) { return r.rotate(std::move(done), call); }; },
      in_python, "*, timeout_ms=None",
      "Removes what has lapsed and tells how many keys are left under which pepper: a list of PepperCount. Reads whole "
      "tables.");
  operation<std::int64_t>(
      cls, "forget_uses", {"before"},
      [](Arguments& a) {
        return [before = to_moment(a.need("before"), "before")](auto& r, auto done, auto& call) {
          return r.forget_uses(before, std::move(done), call);
        };
      },
      as_it_is, "before, *, timeout_ms=None",
      "Forgets ids that were used up before a moment (an aware datetime). Answers how many.");
  const auto python = [](const char* name) { return py::module_::import("bonin._registry").attr(name); };
  cls.def(
      "export",
      [python](const py::object& self, const py::args& args, const py::kwargs& kwargs) {
        return python("export")(self, *args, **kwargs);
      },
      "export($self, *, after=0, limit=1000, timeout_ms=None)\n--\n\nEvery person in the order of their numbers: an "
      "iterator over PersonRecord, asking for `limit` at a time.");
  cls.def(
      "aexport",
      [python](const py::object& self, const py::args& args, const py::kwargs& kwargs) {
        return python("aexport")(self, *args, **kwargs);
      },
      "aexport($self, *, after=0, limit=1000, timeout_ms=None)\n--\n\nAs export(), for `async for`.");
}

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
        const auto of = verification(arguments);
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
