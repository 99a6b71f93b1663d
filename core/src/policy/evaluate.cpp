#include <string>
#include <tuple>
#include <utility>

#include "bonin/policy.hpp"
#include "bonin/secret.hpp"
#include "policy/age.hpp"
#include "policy/judge.hpp"
#include "policy/text.hpp"

namespace bonin {
namespace policy_detail {
namespace {

template <class T>
Attestation of(const Attribute<T>& attribute) noexcept {
  return attribute.attestation();
}

/// A verification as a row of judge.hpp.
struct VerificationRow {
  const Verification& v;

  Status status() const noexcept { return v.status; }
  std::int64_t verified_ms() const noexcept {
    return v.verified_at ? v.verified_at->time_since_epoch().count() : missing_time;
  }
  ChannelType channel() const noexcept { return v.channel.type; }
  std::string_view provider() const noexcept { return v.provider; }
  std::string_view channel_key() const noexcept { return v.channel.key; }
  std::string_view merchant() const noexcept { return v.channel.pg_merchant_id; }
  Attestation attestation(Attr attr) const noexcept {
    const Person& p = v.person;
    switch (attr) {
      case Attr::name:
        return of(p.name);
      case Attr::birth_date:
        return of(p.birth_date);
      case Attr::gender:
        return of(p.gender);
      case Attr::foreigner:
        return of(p.foreigner);
      case Attr::phone:
        return of(p.phone);
      case Attr::carrier:
        return of(p.carrier);
      case Attr::mvno:
        return of(p.mvno);
      case Attr::ci:
        return of(p.ci);
      case Attr::di:
        return of(p.di);
    }
    return Attestation::absent;
  }
  std::int32_t birth() const noexcept {
    const Date date = *v.person.birth_date.reveal();
    return date.ok() ? date_key(date) : 0;
  }
  unsigned gender() const noexcept { return static_cast<unsigned>(*v.person.gender.reveal()); }
  unsigned carrier() const noexcept { return static_cast<unsigned>(*v.person.carrier.reveal()); }
  bool mvno() const noexcept { return *v.person.mvno.reveal(); }
  bool foreigner() const noexcept { return *v.person.foreigner.reveal(); }
};

Reason judge_text(std::string_view actual, const std::optional<std::string>& expected) noexcept {
  if (!expected) return Reason::not_supplied;
  if (actual.empty()) return Reason::missing;
  if (expected->size() > Expect::max_text) return Reason::mismatch;
  return equal_in_constant_time(actual, *expected) ? Reason::pass : Reason::mismatch;
}

template <class T, class E, class Same>
Reason judge_attribute(const Attribute<T>& actual, const std::optional<E>& expected, bool lenient, const Same& same) {
  if (!expected) return Reason::not_supplied;
  if (const auto r = judge_readable(actual.attestation(), lenient); r != Reason::pass) return r;
  return same(*actual.reveal(), *expected) ? Reason::pass : Reason::mismatch;
}

Reason judge_expect(const Step& step, const Verification& v, const Expect& expect) {
  switch (static_cast<Field>(step.which)) {
    case Field::merchant_uid:
      return judge_text(v.merchant_uid, expect.merchant_uid);
    case Field::custom_data:
      return judge_text(v.custom_data, expect.custom_data);
    case Field::name:
      return judge_attribute(v.person.name, expect.name, step.lenient, same_name);
    case Field::phone:
      return judge_attribute(v.person.phone, expect.phone, step.lenient, same_phone);
    case Field::birth_date:
      return judge_attribute(v.person.birth_date, expect.birth_date, step.lenient,
                             [](Date a, Date b) { return a == b; });
  }
  return Reason::not_supplied;
}

Reason judge_begun(std::optional<Begun> begun) noexcept {
  if (!begun) return Reason::not_supplied;
  if (*begun == Begun::expired) return Reason::expired;
  return *begun == Begun::here ? Reason::pass : Reason::foreign;
}

/// Where a standing says two things, the one that denies counts; what it does not say of a place, the rest tells.
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
    default:
      return Reason::no_standing;
  }
}

Reason judge_account(const Step& step, const Standing& standing) noexcept {
  using Account = Standing::Account;
  if (static_cast<Wanted>(step.which) == Wanted::fresh_account) return judge_place(standing);
  if (standing.account == Account::unknown) return Reason::no_standing;
  switch (static_cast<Wanted>(step.which)) {
    case Wanted::same_account:
      if (standing.account == Account::none) return Reason::no_account;
      return standing.account == Account::other ? Reason::other_account : Reason::pass;
    default:
      return Reason::pass;
  }
}

Reason judge_standing(const Step& step, const Standing* standing) noexcept {
  if (standing == nullptr) return Reason::no_standing;
  if (standing->place == Standing::Place::no_key && step.kind != Kind::single_use) return Reason::no_key;
  switch (step.kind) {
    case Kind::account:
      return judge_account(step, *standing);
    case Kind::single_use:
      if (standing->use == Standing::Use::unknown) return Reason::no_standing;
      return standing->use == Standing::Use::other_subject ? Reason::used : Reason::pass;
    case Kind::not_banned:
      if (!standing->banned) return Reason::no_standing;
      return *standing->banned ? Reason::banned : Reason::pass;
    default:
      if (!standing->rejoin_period_over) return Reason::no_standing;
      return *standing->rejoin_period_over ? Reason::pass : Reason::too_soon;
  }
}

/// One evaluation: its inputs, and where the reasons of all steps go.
struct Evaluation {
  const Program& program;
  VerificationRow row;
  std::int64_t now_ms;
  std::int32_t today;
  const Expect& expect;
  const Standing* standing;
  std::uint8_t* reasons;
  const Step* steps = program.steps.data();

  Reason judge(std::size_t index) {
    const Step& step = steps[index];
    const Reason reason = step.kind >= Kind::all_of ? combine(index, step) : leaf(step);
    reasons[index] = static_cast<std::uint8_t>(reason);
    return reason;
  }

  /// Every part is judged, whatever the others say: a user sees all reasons at once.
  Reason combine(std::size_t index, const Step& step) {
    std::size_t part = index + 1;
    Reason reason = judge(part);
    if (step.kind == Kind::negation) return inverse(reason);
    if (reason != Reason::pass) reason = step.kind == Kind::any_of ? either(reason, reason) : both(reason, reason);
    for (part = program.steps[part].end; part < step.end; part = program.steps[part].end) {
      const Reason next = judge(part);
      reason = step.kind == Kind::any_of ? either(reason, next) : both(reason, next);
    }
    return reason;
  }

  template <class Judge>
  Reason about(const Step& step, Attr attr, const Judge& judge_value) const {
    const Reason reason = judge_readable(row.attestation(attr), step.lenient);
    return reason == Reason::pass ? judge_value() : reason;
  }

  // Inlined by order: a call of its own costs as much as a rule.
  [[gnu::always_inline]] inline Reason leaf(const Step& step) const {
    switch (step.kind) {
      case Kind::verified:
        return judge_verified(row.status());
      case Kind::fresh:
        return judge_fresh(row.verified_ms(), now_ms, step.within_ms);
      case Kind::channel:
        return judge_channel(step, program, row);
      case Kind::age:
        return about(step, Attr::birth_date, [&] { return judge_birth(row.birth(), cutoffs(step, today)); });
      case Kind::has:
        return judge_has(row.attestation(static_cast<Attr>(step.which)), step.lenient);
      case Kind::attested:
        return judge_readable(row.attestation(static_cast<Attr>(step.which)), false);
      case Kind::gender:
        return about(step, Attr::gender, [&] { return judge_mask(step, row.gender()); });
      case Kind::carrier:
        return about(step, Attr::carrier, [&] { return judge_mask(step, row.carrier()); });
      case Kind::mvno:
        return about(step, Attr::mvno, [&] {
          return row.mvno() == step.flag ? Reason::pass : step.flag ? Reason::not_mvno : Reason::mvno;
        });
      case Kind::foreigner:
        return about(step, Attr::foreigner, [&] {
          return row.foreigner() == step.flag ? Reason::pass : step.flag ? Reason::not_foreigner : Reason::foreigner;
        });
      case Kind::provider:
        return judge_provider(step, program, row.provider());
      case Kind::expect:
        return judge_expect(step, row.v, expect);
      case Kind::begun:
        return judge_begun(expect.begun);
      default:
        return judge_standing(step, standing);
    }
  }
};

bool expects_anything(const Expect& expect) noexcept {
  return expect.merchant_uid || expect.custom_data || expect.name || expect.phone || expect.birth_date || expect.begun;
}

}  // namespace
}  // namespace policy_detail

Result<Done> check_expect(const Expect& expect) {
  const std::tuple<const std::optional<std::string>&, const char*, std::size_t> texts[] = {
      {expect.merchant_uid, "expect.merchant_uid", Expect::max_text},
      {expect.custom_data, "expect.custom_data", Expect::max_text},
      {expect.name, "expect.name", Expect::max_name},
      {expect.phone, "expect.phone", Expect::max_text}};
  for (const auto& [text, name, max] : texts) {
    if (!text || text->size() <= max) continue;
    return make_error(ErrorKind::invalid_argument,
                      "`" + std::string(name) + "` has more than " + std::to_string(max) + " bytes", name);
  }
  return Done{};
}

Decision Policy::evaluate(VerificationPtr verification, Moment now, const Expect& expect,
                          const Standing* standing) const {
  using namespace policy_detail;
  // A program must not be able to crash a server by asking about nothing: nothing denies.
  static const VerificationPtr nobody = std::make_shared<const Verification>();
  if (!verification) verification = nobody;

  Decision decision;
  const Program& program = *program_;
  Evaluation evaluation{program, {*verification}, now.time_since_epoch().count(), key_in_korea(now),
                        expect,  standing,        decision.reasons_.data()};
  std::uint64_t bit = 1;
  const auto note = [&](Reason reason) {
    (outcome_of(reason) == Outcome::fail ? decision.failed_ : decision.unknown_) |= reason == Reason::pass ? 0 : bit;
    bit <<= 1;
  };
  for (std::size_t i = 0; i < program.expectations; i = evaluation.steps[i].end) note(evaluation.judge(i));
  if (expects_anything(expect)) {
    for (std::size_t i = program.expectations; i < program.steps.size(); ++i) {
      const Reason reason = evaluation.judge(i);
      if (reason == Reason::not_supplied) continue;  // nothing was expected here
      decision.expected_ |= static_cast<std::uint8_t>(1U << (i - program.expectations));
      note(reason);
    }
  }
  decision.allowed_ = (decision.failed_ | decision.unknown_) == 0;
  decision.at_ = now;
  decision.program_ = program_;
  decision.verification_ = std::move(verification);
  return decision;
}

}  // namespace bonin
