#include "policy/reason.hpp"

#include <algorithm>

#include "model/table.hpp"
#include "policy/denial.hpp"
#include "policy/rules/all.hpp"

namespace bonin::policy_detail {
namespace {

using R = Reason;

/// A reason: its word, and a sentence for an end user. Without a sentence the rule says it (`denial`). `{}` stands for
/// what the rule looks at, in Korean with the particle 이 or 가.
struct ReasonRow {
  Reason reason;
  Outcome outcome;
  std::string_view name;
  std::string_view ko, en;
};

constexpr auto fail = Outcome::fail, unknown = Outcome::unknown;
constexpr std::string_view other_way_ko = "이 경로의 본인인증은 사용할 수 없습니다.";
constexpr std::string_view other_way_en = "A verification made this way cannot be used here.";
constexpr std::string_view no_way_ko = "본인인증 경로를 확인할 수 없습니다.";
constexpr std::string_view no_way_en = "How the verification was made could not be told.";
constexpr std::string_view missing_ko = "본인인증 결과에 {} 없습니다. 다른 방법으로 인증해 주세요.";
constexpr std::string_view missing_en = "{} is missing from the result. Please verify with another method.";

constexpr std::array<ReasonRow, reason_count> reasons{{
    {R::pass, Outcome::pass, "", "확인되었습니다.", "Confirmed."},
    {R::not_finished, fail, "not_finished", "본인인증이 아직 끝나지 않았습니다.",
     "The identity verification is not finished yet."},
    {R::verification_failed, fail, "verification_failed", "본인인증에 실패했습니다. 다시 인증해 주세요.",
     "The identity verification failed. Please verify again."},
    {R::stale, fail, "stale", "본인인증 후 시간이 너무 지났습니다. 다시 인증해 주세요.",
     "The identity verification is too old. Please verify again."},
    {R::in_future, fail, "in_future", "본인인증 시각이 올바르지 않습니다. 다시 인증해 주세요.",
     "The time of the identity verification is not right. Please verify again."},
    {R::test_channel, fail, "test_channel", "테스트용 본인인증은 사용할 수 없습니다.",
     "A test verification cannot be used here."},
    {R::unmarked_channel, fail, "unmarked_channel", other_way_ko, other_way_en},
    {R::other_channel, fail, "other_channel", other_way_ko, other_way_en},
    {R::other_provider, fail, "other_provider", "이 인증기관의 본인인증은 사용할 수 없습니다.",
     "A verification by this provider cannot be used here."},
    {R::other_merchant, fail, "other_merchant", other_way_ko, other_way_en},
    {R::too_young, fail, "too_young", "", ""},
    {R::too_old, fail, "too_old", "", ""},
    {R::absent, fail, "absent", missing_ko, missing_en},
    {R::not_listed, fail, "not_listed", "", ""},
    {R::excluded, fail, "excluded", "", ""},
    {R::foreigner, fail, "foreigner", "", ""},
    {R::not_foreigner, fail, "not_foreigner", "", ""},
    {R::mvno, fail, "mvno", "", ""},
    {R::not_mvno, fail, "not_mvno", "", ""},
    {R::mismatch, fail, "mismatch", "", ""},
    {R::foreign, fail, "foreign", "여기에서 시작한 본인인증이 아닙니다. 처음부터 다시 인증해 주세요.",
     "This identity verification was not started here. Please verify again."},
    {R::expired, fail, "expired", "본인인증을 시작한 후 시간이 너무 지났습니다. 다시 인증해 주세요.",
     "This identity verification was started too long ago. Please verify again."},
    {R::has_account, fail, "has_account", "이미 가입되어 있습니다.", "You already have an account."},
    {R::signed_up, fail, "signed_up", "이 본인인증으로 이미 가입을 마치셨습니다.",
     "You have already signed up with this identity verification."},
    {R::taken, fail, "taken", "이미 다른 계정으로 가입되어 있습니다.", "You already have an account under another id."},
    {R::no_account, fail, "no_account", "가입된 계정이 없습니다.", "There is no account of yours."},
    {R::other_account, fail, "other_account", "이 계정의 본인이 아닙니다.",
     "You are not the person who holds this account."},
    {R::being_signed_up, fail, "being_signed_up",
     "지금 다른 곳에서 가입이 진행되고 있습니다. 잠시 후 다시 시도해 주세요.",
     "A sign-up for you is under way elsewhere. Please try again in a moment."},
    {R::used, fail, "used", "이미 사용된 본인인증입니다. 다시 인증해 주세요.",
     "This identity verification was already used. Please verify again."},
    {R::banned, fail, "banned", "이용이 제한되어 있습니다.", "Your use of this service is restricted."},
    {R::too_soon, fail, "too_soon", "재가입 제한 기간이 아직 끝나지 않았습니다.", "It is too soon to sign up again."},
    {R::needs_guardian, fail, "needs_guardian", "보호자(법정대리인)의 본인인증과 동의가 필요합니다.",
     "A guardian must verify their identity and consent."},
    {R::same_person, fail, "same_person", "보호자는 본인이 아닌 다른 사람이어야 합니다.",
     "The guardian must be another person."},
    {R::guardian_too_young, fail, "guardian_too_young", "보호자는 만 19세 이상이어야 합니다.",
     "The guardian must be 19 or older."},
    {R::guardian_not_verified, fail, "guardian_not_verified",
     "보호자의 본인인증이 완료되지 않았습니다. 보호자 인증을 다시 진행해 주세요.",
     "The guardian's identity verification is not valid. Please let the guardian verify again."},
    {R::parts_failed, fail, "parts_failed", "", ""},
    {R::negated, fail, "negated", "", ""},
    {R::unknown_status, unknown, "unknown_status", "본인인증이 완료되었는지 확인할 수 없습니다. 다시 인증해 주세요.",
     "It could not be told whether the identity verification is finished. Please verify again."},
    {R::missing_channel, unknown, "missing_channel", no_way_ko, no_way_en},
    {R::unknown_channel, unknown, "unknown_channel", no_way_ko, no_way_en},
    {R::missing, unknown, "missing", missing_ko, missing_en},
    {R::unreadable, unknown, "unreadable", "본인인증 결과의 {} 올바르지 않습니다. 다른 방법으로 인증해 주세요.",
     "{} could not be read. Please verify with another method."},
    {R::unattested, unknown, "unattested", "{} 인증기관에서 확인되지 않았습니다. 다른 방법으로 인증해 주세요.",
     "{} was not checked by the provider. Please verify with another method."},
    {R::future_birth_date, unknown, "future_birth_date", "생년월일이 올바르지 않습니다.",
     "The date of birth is not right."},
    {R::not_supplied, unknown, "not_supplied",
     "서비스 설정 문제로 본인인증 결과를 확인할 수 없습니다. 고객센터에 문의해 주세요.",
     "The service could not check your identity verification. Please contact customer support."},
    {R::no_standing, unknown, "no_standing", "가입 정보를 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.",
     "Your account could not be looked up. Please try again in a moment."},
    {R::two_persons, unknown, "two_persons",
     "본인인증 정보가 서로 다른 두 사람의 기록과 일치해 누구인지 확인할 수 없습니다. 고객센터에 문의해 주세요.",
     "Your identity leads to two different people here, so it cannot be told who you are. Please contact customer "
     "support."},
    {R::no_key, unknown, "no_key",
     "이 인증 수단으로는 누구인지 확인할 수 없습니다. 휴대폰 본인인증 등 다른 수단으로 인증해 주세요.",
     "This method cannot tell who you are. Please verify with another method, such as your mobile phone."},
    {R::page_chosen_di, unknown, "page_chosen_di",
     "이 인증 결과만으로는 이미 가입하셨는지 확인할 수 없습니다. 다른 수단으로 인증하시거나 고객센터에 문의해 주세요.",
     "This verification cannot tell whether you already have an account. Please verify with another method or contact "
     "customer support."},
    {R::guardian_unknown, unknown, "guardian_unknown",
     "보호자가 누구인지 확인할 수 없습니다. 다른 수단으로 인증해 주세요.",
     "It cannot be told who the guardian is. Please let the guardian verify with another method."},
    {R::parts_unknown, unknown, "parts_unknown", "", ""},
}};

static_assert(in_order(reasons, &ReasonRow::reason), "the table is indexed by reason");
static_assert(std::all_of(reasons.begin(), reasons.end(),
                          [](const ReasonRow& row) { return row.outcome == outcome_of(row.reason); }),
              "the order of Reason says its outcome");

/// Is it compared with what the application gave to the flow? Another method of verifying would not bring it.
bool is_of_the_flow(const Step& step) noexcept {
  return step.kind == Kind::expect && !bonin::info(step.field()).attribute;
}

/// Is it about the verification itself? Another method would not bring it either.
bool is_of_the_verification(const Step& step) noexcept {
  return step.kind == Kind::fresh || step.kind == Kind::channel || step.kind == Kind::provider;
}

std::string filled(std::string_view sentence, std::string what) {
  std::string text(sentence);
  if (const auto at = text.find("{}"); at != std::string::npos) text.replace(at, 2, what);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

std::string_view to_string(Reason reason) noexcept { return reasons[static_cast<std::size_t>(reason)].name; }

std::vector<std::string_view> reason_words() {
  std::vector<std::string_view> names;
  for (const ReasonRow& row : reasons) {
    if (is_told(row.reason)) names.push_back(row.name);
  }
  return names;
}

std::string denial(const RuleAt& rule, Reason reason, bool korean) {
  const ReasonRow& row = reasons[static_cast<std::size_t>(reason)];
  const RuleInfo& info = rule_of(rule.step().kind);
  if (row.ko.empty() || (reason == R::missing && is_of_the_flow(rule.step()))) return info.denial(rule, korean);
  const Bilingual what = info.subject(rule.step());
  if (reason == R::missing && is_of_the_verification(rule.step())) {
    return korean ? with_particle(what.ko, "을", "를") + " 확인할 수 없습니다. 다시 인증해 주세요."
                  : filled("{} could not be told. Please verify again.", std::string(what.en));
  }
  return korean ? filled(row.ko, with_particle(what.ko, "이", "가")) : filled(row.en, std::string(what.en));
}

}  // namespace bonin::policy_detail
