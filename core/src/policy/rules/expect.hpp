#pragma once
// Rules that the verification is the one the application expects.

#include "bonin/secret.hpp"
#include "policy/rule.hpp"
#include "policy/text.hpp"

namespace bonin::policy_detail {

inline Reason judge_expected_text(std::string_view actual, const std::optional<std::string>& expected) noexcept {
  if (!expected) return Reason::not_supplied;
  if (actual.empty()) return Reason::missing;
  if (expected->size() > Expect::max_text) return Reason::mismatch;
  return equal_in_constant_time(actual, *expected) ? Reason::pass : Reason::mismatch;
}

template <class T, class E, class Same>
Reason judge_expected_attribute(const Attribute<T>& actual, const std::optional<E>& expected, bool lenient,
                                const Same& same) {
  if (!expected) return Reason::not_supplied;
  if (const auto r = judge_readable(actual.attestation(), lenient); r != Reason::pass) return r;
  return same(*actual.reveal(), *expected) ? Reason::pass : Reason::mismatch;
}

struct ExpectRule : RuleDefaults {
  static constexpr Kind kind = Kind::expect;
  static constexpr std::string_view code = "expect";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
  static Bilingual subject(const Step& step) noexcept { return {info(step.field()).ko, info(step.field()).en}; }
  /// May the attribute that the field is compared with be self-declared?
  static bool lenient(const Compiler& compiler, ExpectField field) noexcept;

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    if constexpr (Row::has_texts) {
      return [&step, &expect = inputs.expect](const Row& row) noexcept {
        return judge_field(step, expect, row.verification);
      };
    } else {  // columns carry no texts, and nothing is expected of them
      static_cast<void>(step), static_cast<void>(inputs);
      return [](const Row&) noexcept { return Reason::not_supplied; };
    }
  }

 private:
  static Reason judge_field(const Step& step, const Expect& expect, const Verification& v) noexcept {
    switch (step.field()) {
      case ExpectField::merchant_uid:
        return judge_expected_text(v.merchant_uid, expect.merchant_uid);
      case ExpectField::custom_data:
        return judge_expected_text(v.custom_data, expect.custom_data);
      case ExpectField::customer_id:
        return judge_expected_text(v.customer_id, expect.customer_id);
      case ExpectField::name:
        return judge_expected_attribute(v.person.name, expect.name, step.lenient, same_name);
      case ExpectField::phone:
        return judge_expected_attribute(v.person.phone, expect.phone, step.lenient, same_phone);
      case ExpectField::birth_date:
        return judge_expected_attribute(v.person.birth_date, expect.birth_date, step.lenient,
                                        [](Date a, Date b) { return a == b; });
    }
    return Reason::not_supplied;
  }
};

/// In no document: the verifier's own judgement of where the flow began.
struct BegunRule : RuleDefaults {
  static constexpr Kind kind = Kind::begun;
  static constexpr std::string_view code = "begun";
  static constexpr bool in_documents = false;
  static void compile(Compiler&, const Place&, const Place&) {}
  static std::string phrase(const RuleAt&, bool korean) {
    return korean ? "여기에서 시작한 본인인증" : "a verification started here";
  }

  template <class Row>
  static auto judge(const Step&, const Inputs& inputs) noexcept {
    return [begun = inputs.expect.begun](const Row&) noexcept {
      if (!begun) return Reason::not_supplied;
      if (*begun == Begun::expired) return Reason::expired;
      if (*begun == Begun::other_channel) return Reason::other_channel;
      return *begun == Begun::here ? Reason::pass : Reason::foreign;
    };
  }
};

}  // namespace bonin::policy_detail
