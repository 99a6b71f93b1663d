#pragma once
// Rules that are made of others. All parts are judged, whatever the others say: a user sees every reason at once.

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// Three-valued and: a part that fails decides, then a part that is unknown.
inline Reason both(Reason a, Reason b) noexcept {
  if (outcome_of(a) == Outcome::fail || outcome_of(b) == Outcome::fail) return Reason::parts_failed;
  return a == Reason::pass && b == Reason::pass ? Reason::pass : Reason::parts_unknown;
}

/// Three-valued or: a part that passes decides, then a part that is unknown.
inline Reason either(Reason a, Reason b) noexcept {
  if (a == Reason::pass || b == Reason::pass) return Reason::pass;
  return outcome_of(a) == Outcome::fail && outcome_of(b) == Outcome::fail ? Reason::parts_failed
                                                                          : Reason::parts_unknown;
}

inline Reason inverse(Reason reason) noexcept {
  switch (outcome_of(reason)) {
    case Outcome::pass:
      return Reason::negated;
    case Outcome::fail:
      return Reason::pass;
    default:
      return Reason::parts_unknown;
  }
}

struct CombinedRule : RuleDefaults {
  static constexpr bool combined = true;
  static void compile_parts(Compiler& compiler, const Place& rule, const Place& body, Kind kind);
  static std::string join_parts(const RuleAt& rule, bool korean, const Bilingual& between);
};

struct AllOfRule : CombinedRule {
  static constexpr Kind kind = Kind::all_of;
  static constexpr std::string_view code = "all_of";
  static void compile(Compiler& c, const Place& rule, const Place& body) { compile_parts(c, rule, body, kind); }
  static std::string phrase(const RuleAt& rule, bool korean) { return join_parts(rule, korean, {" 그리고 ", " and "}); }
  static std::string denial(const RuleAt& rule, bool korean);
};

struct AnyOfRule : CombinedRule {
  static constexpr Kind kind = Kind::any_of;
  static constexpr std::string_view code = "any_of";
  static void compile(Compiler& c, const Place& rule, const Place& body) { compile_parts(c, rule, body, kind); }
  static std::string phrase(const RuleAt& rule, bool korean) { return join_parts(rule, korean, {" 또는 ", " or "}); }
  static std::string denial(const RuleAt& rule, bool korean);
};

struct NotRule : CombinedRule {
  static constexpr Kind kind = Kind::negation;
  static constexpr std::string_view code = "not";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
};

/// Several names in one `has`, `attested` or `expect`: all of them.
struct GroupRule : CombinedRule {
  static constexpr Kind kind = Kind::group;
  static constexpr std::string_view code = "";  // the one of its parts
  static constexpr bool in_documents = false;
  static void compile(Compiler&, const Place&, const Place&) {}
  static std::string phrase(const RuleAt& rule, bool korean) { return join_parts(rule, korean, {" 그리고 ", " and "}); }
  static std::string denial(const RuleAt& rule, bool korean);
};

}  // namespace bonin::policy_detail
