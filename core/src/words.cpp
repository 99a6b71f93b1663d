#include "bonin/words.hpp"

#include "bonin/error.hpp"
#include "bonin/fields.hpp"
#include "bonin/health.hpp"
#include "bonin/import.hpp"
#include "bonin/policy.hpp"
#include "bonin/registry.hpp"
#include "bonin/web.hpp"
#include "model/provider.hpp"
#include "model/table.hpp"
#include "policy/compiler.hpp"
#include "policy/reason.hpp"
#include "policy/rules/all.hpp"

namespace bonin {
namespace {

static_assert(in_order(attributes, &AttributeInfo::attribute), "the table is indexed by AttributeName");
static_assert(in_order(expect_fields, &ExpectFieldInfo::field), "the table is indexed by ExpectField");

template <class Words>
WordList list(std::string_view name, const Words& words) {
  return {name, {words.begin(), words.end()}};
}

template <class Enum>
WordList list(std::string_view name) {
  return list(name, words<Enum>);
}

std::vector<std::string_view> error_kinds() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < error_kind_count; ++i) names.push_back(info(static_cast<ErrorKind>(i)).name);
  return names;
}

std::vector<std::string_view> refusal_codes() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < web::refusal_count; ++i) {
    names.push_back(web::info(static_cast<web::RefusalCode>(i)).name);
  }
  return names;
}

}  // namespace

std::vector<WordList> word_lists() {
  using policy_detail::names_of;
  return {
      list<Api>("api"),
      list<Status>("status"),
      list<ChannelType>("channel_type"),
      list<Attestation>("attestation"),
      list<Gender>("gender"),
      list<Carrier>("carrier"),
      list<Outcome>("outcome"),
      list<Language>("language"),
      list<PortOneV2::Auth>("auth"),
      {"circuit_state", {to_string(Circuit::closed), to_string(Circuit::open), to_string(Circuit::half_open)}},
      {"key_kind", {to_string(KeyKind::ci), to_string(KeyKind::di)}},
      list<Standing::Account>("account"),
      list<Standing::Use>("use"),
      list<Standing::Place>("place"),
      list<Claim::Outcome>("claim_outcome"),
      list("claim_reason", claim_reasons),
      list("import_reason", import_reasons),
      list<ProofState>("proof_state"),
      list("attribute", names_of(attributes)),
      list("expect_field", names_of(expect_fields)),
      list("provider", names_of(providers)),
      list("preset", Policy::preset_names()),
      list("rule", policy_detail::rule_codes()),
      list("reason", policy_detail::reason_words()),
      list("error_kind", error_kinds()),
      list("refusal_code", refusal_codes()),
      list("window_type", window_types),
      list("flow_carrier", flow_carriers),
      list("customer_gender", customer_genders),
      list("inicis_agency", inicis_agencies),
  };
}

}  // namespace bonin
