// Policy, Decision, Finding.

#include "policy.hpp"

#include "arguments.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "registers.hpp"
#include "verification.hpp"

using bonin::Decision;
using bonin::ErrorKind;
using bonin::Finding;
using bonin::Policy;
using bonin::Standing;

namespace {

// Calls read(key, value) for what was given; read answers false for a key that it does not know.
template <class Read>
void each_key(py::handle value, const std::string& parameter, const Read& read) {
  if (!PyDict_Check(value.ptr())) {
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be a dict", parameter);
  }
  for (const auto item : py::reinterpret_borrow<py::dict>(value)) {
    const std::string key = to_text(item.first, parameter);
    const std::string name = parameter + "." + key;
    if (item.second.is_none()) continue;
    if (!read(key, item.second, name)) {
      raise(ErrorKind::invalid_argument, "`" + parameter + "` does not know `" + key + "`", name);
    }
  }
}

template <class Enum>
Enum one_of(py::handle value, const std::string& name, std::initializer_list<std::pair<const char*, Enum>> choices) {
  const std::string text = to_text(value, name);
  std::string known;
  for (const auto& [choice, meaning] : choices) {
    if (text == choice) return meaning;
    known += known.empty() ? "" : ", ";
    known += choice;
  }
  raise(ErrorKind::invalid_argument, "`" + name + "` must be one of " + known, name);
}

Standing to_standing(py::handle value) {
  Standing standing;
  each_key(value, "standing", [&](const std::string& key, py::handle item, const std::string& name) {
    using Account = Standing::Account;
    using Use = Standing::Use;
    if (key == "account") {
      standing.account = one_of<Account>(
          item, name,
          {{"unknown", Account::unknown}, {"none", Account::none}, {"same", Account::same}, {"other", Account::other}});
    } else if (key == "reserved") {
      standing.reserved = to_bool(item, name);
    } else if (key == "use") {
      standing.use = one_of<Use>(item, name,
                                 {{"unknown", Use::unknown},
                                  {"first", Use::first},
                                  {"same_subject", Use::same_subject},
                                  {"other_subject", Use::other_subject}});
    } else if (key == "banned") {
      standing.banned = to_bool(item, name);
    } else if (key == "rejoin_period_over") {
      standing.rejoin_period_over = to_bool(item, name);
    } else {
      return false;
    }
    return true;
  });
  return standing;
}

py::list to_list(const std::vector<Finding>& findings) {
  py::list out;
  for (const auto& finding : findings) out.append(py::cast(finding));
  return out;
}

void register_finding(py::module_& m) {
  py::class_<Finding> cls(m, "Finding", "What one rule of a policy found. Carries no personal data.");
  cls.attr("__module__") = "bonin";
  cls.def_property_readonly(
      "code", [](const Finding& f) { return to_python(f.code); }, "Stable name of the rule, such as `age`.");
  cls.def_property_readonly(
      "outcome", [](const Finding& f) { return to_python(to_string(f.outcome)); },
      "`pass`, `fail` or `unknown`; anything but `pass` denies.");
  cls.def_property_readonly(
      "reason", [](const Finding& f) { return text_or_none(f.reason); },
      "Stable, why it did not pass, such as `too_young`; None on a pass.");
  cls.def_property_readonly(
      "pointer", [](const Finding& f) { return to_python(f.pointer); }, "JSON pointer of the rule in the policy.");
  cls.def_property_readonly(
      "ko", [](const Finding& f) { return to_python(f.ko); }, "For an end user, in Korean.");
  cls.def_property_readonly(
      "en", [](const Finding& f) { return to_python(f.en); }, "For an end user, in English.");
  cls.def(
      "to_dict",
      [](const Finding& f) {
        py::dict out;
        out["code"] = to_python(f.code);
        out["outcome"] = to_python(to_string(f.outcome));
        out["reason"] = text_or_none(f.reason);
        out["pointer"] = to_python(f.pointer);
        out["ko"] = to_python(f.ko);
        out["en"] = to_python(f.en);
        return out;
      },
      "to_dict($self, /)\n--\n\nThe same as a dict, ready for JSON.");
  cls.def("__repr__", [](const Finding& f) {
    std::string text = "Finding(" + f.code + ": " + std::string(to_string(f.outcome));
    if (!f.reason.empty()) text += ", " + f.reason;
    return to_python(text + ")");
  });
}

void register_decision(py::module_& m) {
  py::class_<Decision> cls(m, "Decision", "The answer to \"may this person?\". No boolean: ask `.allowed`.");
  cls.def_property_readonly("allowed", &Decision::allowed, "True only when every rule passed.");
  cls.def_property_readonly(
      "findings", [](const Decision& d) { return to_list(d.findings()); },
      "Every rule in the order of the policy, the baseline first. Built at each reading.");
  cls.def_property_readonly(
      "denials", [](const Decision& d) { return to_list(d.denials()); }, "The findings that did not pass.");
  cls.def_property_readonly(
      "verification", [](const Decision& d) { return to_python(d.verification()); }, "What was judged.");
  cls.def_property_readonly(
      "policy_name", [](const Decision& d) { return to_python(d.policy_name()); }, "Name of the policy that decided.");
  cls.def_property_readonly(
      "policy_hash", [](const Decision& d) { return to_python(d.policy_hash()); },
      "SHA-256 of that policy, 64 hex characters.");
  cls.def_property_readonly(
      "at", [](const Decision& d) { return to_python(d.at()); }, "When it was decided, datetime in UTC.");
  cls.def(
      "record", [](const Decision& d) { return to_python(d.record()); },
      "record($self, /)\n--\n\nAn audit line: JSON without personal data, the id hashed.");
  cls.def("__bool__",
          [](const Decision&) -> bool { throw py::type_error("a Decision is neither true nor false: use .allowed"); });
  cls.def("__repr__", [](const Decision& d) {
    std::string text = d.allowed() ? "Decision(allowed" : "Decision(denied";
    for (const auto& finding : d.denials()) {
      text += ", " + finding.code;
      if (!finding.reason.empty()) text += " (" + finding.reason + ")";
    }
    return to_python(text + ", policy=" + std::string(d.policy_name()) + ")");
  });
  cls.def("_repr_html_",
          [](const py::object& self) { return py::module_::import("bonin._html").attr("decision")(self); });
  refuse_pickle(cls, "a Decision is not pickled or copied: it holds personal data; keep .allowed or .record()");
}

}  // namespace

bonin::Expect to_expect(py::handle value) {
  bonin::Expect expect;
  if (!value) return expect;
  each_key(value, "expect", [&](const std::string& key, py::handle item, const std::string& name) {
    if (key == "merchant_uid") {
      expect.merchant_uid = to_text(item, name);
    } else if (key == "custom_data") {
      expect.custom_data = to_text(item, name);
    } else if (key == "name") {
      expect.name = to_text(item, name);
    } else if (key == "phone") {
      expect.phone = to_text(item, name);
    } else if (key == "birth_date") {
      expect.birth_date = to_date(item, name);
    } else {
      return false;
    }
    return true;
  });
  return expect;
}

void register_policy(py::module_& m) {
  register_finding(m);
  register_decision(m);

  py::class_<Policy> cls(m, "Policy",
                         "What must hold before somebody is let in. `document`: a dict or JSON "
                         "text. Immutable, thread-safe.");
  cls.def(py::init([](const py::args& args, const py::kwargs& kwargs) {
            Arguments arguments("Policy", args, kwargs, {"document"});
            const auto json = to_json(arguments.need("document"), "document", ErrorKind::invalid_policy);
            arguments.finish();
            return take(Policy::parse(json));
          }),
          "__init__($self, self, document)\n--\n\n");
  cls.def_static(
      "preset",
      [](const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("preset", args, kwargs, {"name"});
        const auto name = to_text(arguments.need("name"), "name");
        std::optional<bonin::Date> election_day;
        if (const auto day = arguments.find("election_day")) election_day = to_date(day, "election_day");
        arguments.finish();
        return take(Policy::preset(name, election_day));
      },
      "preset(name, *, election_day=None)\n--\n\nA preset by name, such as `kr.youth_protection`. `kr.vote` alone "
      "needs "
      "`election_day`, a date or YYYY-MM-DD.");
  cls.def_static(
      "preset_names",
      [] {
        py::list names;
        for (const auto name : Policy::preset_names()) names.append(to_python(name));
        return names;
      },
      "preset_names()\n--\n\nThe names of all presets.");
  cls.def_static(
      "load",
      [](const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("load", args, kwargs, {"path"});
        std::string path;
        arguments.need("path");
        arguments.path("path", path);
        arguments.finish();
        return take(Policy::load(path));
      },
      "load(path)\n--\n\nReads a policy document from a file.");
  cls.def(
      "evaluate",
      [](const Policy& policy, const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("evaluate", args, kwargs, {"verification"});
        const auto verification = arguments.need("verification");
        if (!py::isinstance<bonin::Verification>(verification)) {
          raise(ErrorKind::invalid_argument, "`verification` must be a Verification", "verification");
        }
        const auto now = to_moment(arguments.need("now"), "now");
        const auto expect = to_expect(arguments.find("expect"));
        const auto given = arguments.find("standing");
        arguments.finish();
        Standing standing;
        if (given) standing = to_standing(given);
        return policy.evaluate(verification.cast<std::shared_ptr<bonin::Verification>>(), now, expect,
                               given ? &standing : nullptr);
      },
      "evaluate($self, verification, *, now, expect=None, standing=None)\n--\n\nDecides. Pure: the same inputs give "
      "the "
      "same decision. `now`: an aware datetime; `expect`: as in Verifier.verify; `standing`: dict of account (none, "
      "same, other, unknown), reserved, use (first, same_subject, other_subject, unknown), banned, "
      "rejoin_period_over.");
  cls.def_property_readonly(
      "name", [](const Policy& p) { return to_python(p.name()); }, "Name of the policy.");
  cls.def_property_readonly(
      "description", [](const Policy& p) { return text_or_none(p.description()); }, "What it is for, or None.");
  cls.def_property_readonly(
      "document", [](const Policy& p) { return to_python(p.document()); },
      "The canonical document: the baseline and an extended preset written out.");
  cls.def_property_readonly(
      "hash", [](const Policy& p) { return to_python(p.hash()); },
      "SHA-256 of the canonical document, 64 hex characters.");
  cls.def_property_readonly(
      "law", [](const Policy& p) { return text_or_none(p.law()); }, "Source of a preset in the law, or None.");
  cls.def_property_readonly(
      "warnings",
      [](const Policy& p) {
        py::list out;
        for (const auto& warning : p.warnings()) out.append(to_python(warning));
        return out;
      },
      "Contradictions and rules that can never pass, in English.");
  cls.def_property_readonly("needs_standing", &Policy::needs_standing, "Does a rule ask what the registry knows?");
  cls.def("__repr__", [](const Policy& p) { return to_python("Policy(" + std::string(p.name()) + ")"); });
  refuse_pickle(cls, "a Policy is not pickled or copied: load its document again");
}
