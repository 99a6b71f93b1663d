#include "policy/rules/standing.hpp"

namespace bonin::policy_detail {
namespace {

/// The place of a standing. When two facts contradict each other, the one that denies counts. When `place` is unknown,
/// the other facts say it.
Standing::Place place_of(const Standing& standing) noexcept {
  using Place = Standing::Place;
  if (standing.place != Place::unknown && standing.place != Place::free) return standing.place;
  if (standing.banned.value_or(false)) return Place::banned;
  if (standing.account == Standing::Account::unknown) return Place::unknown;
  if (standing.account != Standing::Account::none) return Place::has_account;
  if (!standing.rejoin_period_over.value_or(true)) return Place::rejoin_period;
  return standing.reserved ? Place::reserved : Place::free;
}

Reason judge_place(const Standing& standing) noexcept {
  using Place = Standing::Place;
  switch (place_of(standing)) {
    case Place::free:
      return Reason::pass;
    case Place::has_account:
      return standing.account == Standing::Account::same ? Reason::has_account : Reason::taken;
    case Place::reserved:
      return Reason::being_signed_up;
    case Place::banned:
      return Reason::banned;
    case Place::rejoin_period:
      return Reason::too_soon;
    case Place::two_persons:
      return Reason::two_persons;
    case Place::no_key:
      return Reason::no_key;
    case Place::page_chosen_di:
      return Reason::page_chosen_di;
    case Place::signed_up:
      return Reason::signed_up;
    default:
      return Reason::no_standing;
  }
}

}  // namespace

void AccountRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  const auto wanted = body.word(wanted_words);
  compiler.add(kind, rule).which = static_cast<std::uint8_t>(wanted);
}

Reason AccountRule::judge_standing(const Step& step, const Standing& standing) noexcept {
  using Account = Standing::Account;
  if (step.wanted() == Wanted::new_account) return judge_place(standing);
  if (standing.account == Account::unknown) return Reason::no_standing;
  if (step.wanted() == Wanted::any_account || standing.account == Account::same) return Reason::pass;
  return standing.account == Account::none ? Reason::no_account : Reason::other_account;
}

std::string AccountRule::phrase(const RuleAt& rule, bool korean) {
  constexpr std::array<Bilingual, 3> accounts{{{"아직 가입하지 않은 사람", "a person without an account yet"},
                                               {"이 계정의 본인", "the person who holds this account"},
                                               {"가입 여부 확인", "known to hold an account or none"}}};
  return std::string(accounts[rule.step().which].in(korean));
}

void SingleUseRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  body.only_true();
  compiler.add(kind, rule);
}

std::string SingleUseRule::phrase(const RuleAt&, bool korean) {
  return korean ? "처음 쓰는 인증" : "a verification nobody else has used";
}

void NotBannedRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  body.only_true();
  compiler.add(kind, rule);
}

std::string NotBannedRule::phrase(const RuleAt&, bool korean) {
  return korean ? "이용이 제한되지 않은 사람" : "a person who is not banned";
}

void RejoinRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  const std::int64_t period_ms = body.is_text() ? body.duration() : 0;
  if (!body.is_text() && body.json() != true) {
    body.refuse(
        "true was expected, or the length of the period: a whole number and `s`, `m`, `h` or `d`, such as `30d`");
  }
  compiler.add(kind, rule).within_ms = period_ms;
}

std::string RejoinRule::phrase(const RuleAt& rule, bool korean) {
  const std::int64_t period_ms = rule.step().within_ms;
  const std::string length = period_ms == 0 ? "" : duration_words(period_ms, korean);
  if (korean) return "재가입 제한 기간" + (length.empty() ? "" : "(" + length + ")") + " 종료";
  return "the waiting period " + (length.empty() ? "" : "of " + length + " ") + "before signing up again is over";
}

}  // namespace bonin::policy_detail
