// Policy, what it expects and what it is told.

#include "policy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "arguments.hpp"
#include "decision.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "verification.hpp"

using bonin::ErrorKind;
using bonin::Policy;
using bonin::Standing;

namespace {

// Calls read(place in `known`, value, name) for each key; one that is none of `known` is refused.
template <class Read>
void each_key(py::handle value, const std::string& parameter, std::span<const std::string_view> known,
              const Read& read) {
  if (!PyDict_Check(value.ptr())) {
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be a dict", parameter);
  }
  for (const auto item : py::reinterpret_borrow<py::dict>(value)) {
    const std::string key = to_text(item.first, parameter);
    const std::string name = parameter + "." + key;
    const auto found = std::find(known.begin(), known.end(), key);
    if (found == known.end()) {
      raise(ErrorKind::invalid_argument, "`" + parameter + "`: " + bonin::unknown("field", key, known), name);
    }
    read(static_cast<std::size_t>(found - known.begin()), item.second, name);
  }
}

Standing to_standing(py::handle value) {
  static constexpr std::array<std::string_view, 8> fields{"account", "place",        "reserved",           "use",
                                                          "banned",  "banned_until", "rejoin_period_over", "rejoin_at"};
  Standing standing;
  each_key(value, "standing", fields, [&](std::size_t place, py::handle item, const std::string& name) {
    const auto key = fields[place];
    if (item.is_none()) return;
    if (key == "account") {
      standing.account = to_word<Standing::Account>(item, name);
    } else if (key == "place") {
      standing.place = to_word<Standing::Place>(item, name);
    } else if (key == "reserved") {
      standing.reserved = to_bool(item, name);
    } else if (key == "use") {
      standing.use = to_word<Standing::Use>(item, name);
    } else if (key == "banned") {
      standing.banned = to_bool(item, name);
    } else if (key == "banned_until") {
      standing.banned_for_ever = item.ptr() == Py_True;
      if (!standing.banned_for_ever) standing.banned_until = to_moment(item, name);
    } else if (key == "rejoin_period_over") {
      standing.rejoin_period_over = to_bool(item, name);
    } else {
      standing.rejoin_at = to_moment(item, name);
    }
  });
  return standing;
}

}  // namespace

bonin::Expect to_expect(py::handle value) {
  static constexpr auto fields = [] {
    std::array<std::string_view, bonin::expect_fields.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = bonin::expect_fields[i].name;
    return names;
  }();
  bonin::Expect expect;
  if (!value) return expect;
  if (value.is_none()) raise(ErrorKind::invalid_argument, "`expect` is there but has no value", "expect");
  each_key(value, "expect", fields, [&](std::size_t place, py::handle item, const std::string& name) {
    // `{"merchant_uid": session.get("order")}` with no order in the session must not come to expect nothing.
    if (item.is_none()) raise(ErrorKind::invalid_argument, "`" + name + "` is there but has no value", name);
    const auto& field = bonin::expect_fields[place];
    if (field.text != nullptr) {
      expect.*field.text = to_text(item, name);
    } else {
      expect.*field.date = to_date(item, name);
    }
  });
  take(bonin::check_expect(expect));
  return expect;
}

namespace {

void register_rule_name(py::module_& m) {
  py::class_<bonin::RuleName> rule(m, "RuleName", "A rule of a policy: its stable code and its JSON pointer.");
  rule.attr("__module__") = "bonin";
  rule.def_property_readonly("code", [](const bonin::RuleName& r) { return to_python(r.code); }, "Such as `age`.");
  rule.def_property_readonly(
      "pointer", [](const bonin::RuleName& r) { return to_python(r.pointer); },
      "Such as `/rules/0`, or `/baseline/fresh`.");
  refuse_pickle(rule, "a RuleName is not pickled or copied: keep its code and its pointer");
  rule.def("__repr__",
           [](const bonin::RuleName& r) { return to_python("RuleName(" + r.code + ", " + r.pointer + ")"); });
}

using PolicyClass = py::class_<Policy>;

/// Presets and files.
void add_ways_to_make_one(PolicyClass& cls) {
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
      "presets",
      [] {
        py::list all;
        for (const auto& preset : Policy::presets()) {
          py::dict one;
          one["name"] = to_python(preset.name);
          one["ko"] = to_python(preset.ko);
          one["en"] = to_python(preset.en);
          one["law"] = to_python(preset.law);
          one["election_day"] = preset.election_day;
          all.append(one);
        }
        return all;
      },
      "presets()\n--\n\nAll presets, as dicts: what each asks for, its law, and whether it needs an election day.");
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
      "load(path)\n--\n\nReads a policy document from a file, and the files that it extends. Raises InvalidArgument "
      "when the file cannot be read, "
      "InvalidPolicy when it holds no policy.");
}

void add_properties(PolicyClass& cls) {
  cls.def_property_readonly("name", [](const Policy& p) { return to_python(p.name()); }, "Name of the policy.");
  cls.def_property_readonly(
      "description", [](const Policy& p) { return text_or_none(p.description()); }, "What it is for, or None.");
  cls.def_property_readonly(
      "document", [](const Policy& p) { return to_python(p.document()); },
      "The canonical document: the baseline and all bases written out.");
  cls.def_property_readonly(
      "hash", [](const Policy& p) { return to_python(p.hash()); },
      "SHA-256 of the canonical document, 64 hex characters.");
  cls.def_property_readonly(
      "law", [](const Policy& p) { return text_or_none(p.law()); },
      "Sources of the presets in the law, with `; ` between, or None.");
  cls.def_property_readonly(
      "rejoin_after_ms",
      [](const Policy& p) -> py::object {
        const auto period = p.rejoin_after();
        if (!period) return py::none();
        return py::int_(period->count());
      },
      "How long somebody who gave up an account may not sign up again, for Registry.release; None when the document "
      "does not say.");
  cls.def_property_readonly(
      "warnings", [](const Policy& p) { return to_list(p.warnings()); },
      "Contradictions and rules that can never pass, in English.");
  cls.def_property_readonly(
      "rules", [](const Policy& p) { return to_list(p.rules()); },
      "Code and JSON pointer of each rule, the baseline first (after documents that it extends): bit i of the answers "
      "to many is rule i.");
}

void add_decisions(PolicyClass& cls) {
  cls.def(
      "evaluate",
      [](const Policy& policy, const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("evaluate", args, kwargs, {"verification"});
        auto verification = to_verification(arguments.need("verification"), "verification");
        const auto now = to_moment(arguments.need("now"), "now");
        auto expect = to_expect(arguments.given("expect"));
        const auto given = arguments.find("standing");
        if (const auto guardian = arguments.find("guardian")) expect.guardian = to_verification(guardian, "guardian");
        arguments.finish();
        Standing standing;
        if (given) standing = to_standing(given);
        return to_python(policy.evaluate(std::move(verification), now, expect, given ? &standing : nullptr));
      },
      "evaluate($self, verification, *, now, expect={}, standing=None, guardian=None)\n--\n\nDecides. Pure: the same "
      "inputs give "
      "the "
      "same decision. `now`: an aware datetime; `expect`: as in Verifier.verify; `standing`: dict of account (none, "
      "same, other, unknown), reserved, use (first, same_subject, other_subject, unknown), banned, banned_until, "
      "rejoin_period_over, rejoin_at, place (free, has_account, reserved, banned, rejoin_period, two_persons, no_key, "
      "page_chosen_di, unknown). "
      "`guardian`: the Verification of who consents.");
  cls.def(
      "explain",
      [](const Policy& p, const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("explain", args, kwargs, {"language"});
        const auto language = to_word<bonin::Language>(arguments.need("language"), "language");
        arguments.finish();
        return to_python(p.explain(language));
      },
      "explain($self, language)\n--\n\nThe policy in plain words, one line a rule. `language`: `ko` or `en`.");
}

}  // namespace

void register_policy(py::module_& m) {
  register_rule_name(m);
  PolicyClass cls(m, "Policy",
                  "What must hold before somebody is let in. `document`: a dict or JSON "
                  "text. Immutable, thread-safe.");
  cls.def(py::init([](const py::args& args, const py::kwargs& kwargs) {
            Arguments arguments("Policy", args, kwargs, {"document"});
            const auto json = to_json(arguments.need("document"), "document", ErrorKind::invalid_policy);
            arguments.finish();
            return take(Policy::parse(json));
          }),
          "__init__($self, self, document)\n--\n\n");
  add_ways_to_make_one(cls);
  add_properties(cls);
  add_decisions(cls);
  cls.def_property_readonly("needs_standing", &Policy::needs_standing, "Does a rule ask what the registry knows?");
  cls.def("__repr__", [](const Policy& p) { return to_python("Policy(" + std::string(p.name()) + ")"); });
  refuse_pickle(cls, "a Policy is not pickled or copied: load its document again");
  add_evaluate_many(cls);
  add_compare(cls);
  add_test(cls);
  add_tree(cls);
}
