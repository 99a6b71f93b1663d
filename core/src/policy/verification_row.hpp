#pragma once

#include "policy/rules/all.hpp"

namespace bonin::policy_detail {

/// A verification as a row (rule.hpp).
struct VerificationRow {
  static constexpr bool values_without_asking = false;
  static constexpr bool has_texts = true;
  static Cutoffs cutoffs(const Step& step, std::int32_t today) noexcept { return policy_detail::cutoffs(step, today); }

  const Verification& verification;

  Status status() const noexcept { return verification.status; }
  std::int64_t verified_ms() const noexcept {
    return verification.verified_at ? verification.verified_at->time_since_epoch().count() : missing_time;
  }
  ChannelType channel() const noexcept { return verification.channel.type; }
  std::string_view provider() const noexcept { return verification.provider; }
  std::string_view channel_key() const noexcept { return verification.channel.key; }
  std::string_view merchant() const noexcept { return verification.channel.pg_merchant_id; }
  Attestation attestation(AttributeName name) const noexcept {
    return with_attribute(verification.person, name, [](const auto& attribute) { return attribute.attestation(); });
  }
  std::int32_t birth() const noexcept {
    const Date date = *verification.person.birth_date.reveal();
    return date.ok() ? date_key(date) : 0;
  }
  unsigned gender() const noexcept { return static_cast<unsigned>(*verification.person.gender.reveal()); }
  unsigned carrier() const noexcept { return static_cast<unsigned>(*verification.person.carrier.reveal()); }
  bool mvno() const noexcept { return *verification.person.mvno.reveal(); }
  bool foreigner() const noexcept { return *verification.person.foreigner.reveal(); }
};

}  // namespace bonin::policy_detail
