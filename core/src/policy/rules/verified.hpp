#pragma once
// Rules about the verification itself: is it finished, and recent?

#include <limits>

#include "policy/rule.hpp"

namespace bonin::policy_detail {

inline constexpr std::int64_t missing_time = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t tolerated_future_ms = 60'000;

struct Verified : RuleDefaults {
  static constexpr Kind kind = Kind::verified;
  static constexpr std::string_view code = "verified";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::vector<std::string_view> columns(const RuleAt&) { return {"status"}; }

  template <class Row>
  static auto judge(const Step&, const Inputs&) noexcept {
    return [](const Row& row) noexcept {
      switch (row.status()) {
        case Status::verified:
          return Reason::pass;
        case Status::ready:
          return Reason::not_finished;
        case Status::failed:
          return Reason::verification_failed;
        default:
          return Reason::unknown_status;
      }
    };
  }
};

struct Fresh : RuleDefaults {
  static constexpr Kind kind = Kind::fresh;
  static constexpr std::string_view code = "fresh";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::vector<std::string_view> columns(const RuleAt&) { return {"verified_at"}; }
  static Bilingual subject(const Step&) noexcept { return {"본인인증 시각", "the time of the verification"}; }

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return [now = inputs.now_ms, within = step.within_ms](const Row& row) noexcept {
      const std::int64_t at = row.verified_ms();
      if (at == missing_time) return Reason::missing;
      if (at > now + tolerated_future_ms) return Reason::in_future;
      return at < now - within ? Reason::stale : Reason::pass;
    };
  }
};

}  // namespace bonin::policy_detail
