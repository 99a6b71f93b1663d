#include <array>
#include <cstdio>

#include "policy/program.hpp"

namespace bonin::policy_detail {
namespace {

struct Words {
  std::string_view ko, en;
  std::string_view in(bool korean) const noexcept { return korean ? ko : en; }
};

constexpr std::array<Words, 9> attr_words{{{"이름", "the name"},
                                           {"생년월일", "the date of birth"},
                                           {"성별", "the gender"},
                                           {"내·외국인 구분", "the nationality"},
                                           {"휴대전화 번호", "the phone number"},
                                           {"통신사", "the mobile carrier"},
                                           {"알뜰폰 여부", "whether it is a budget (MVNO) line"},
                                           {"연계정보(CI)", "the connecting information (CI)"},
                                           {"중복가입확인정보(DI)", "the duplication information (DI)"}}};
constexpr std::array<Words, 5> field_words{{{"주문번호", "the order number"},
                                            {"요청 정보", "the request data"},
                                            {"이름", "the name"},
                                            {"휴대전화 번호", "the phone number"},
                                            {"생년월일", "the date of birth"}}};
constexpr std::array<Words, 3> gender_words{{{"남성", "male"}, {"여성", "female"}, {"기타", "other"}}};
constexpr std::array<Words, 3> carrier_words{{{"SKT", "SKT"}, {"KT", "KT"}, {"LGU+", "LGU+"}}};

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

std::string duration(std::int64_t ms, bool korean) {
  struct Unit {
    std::int64_t ms;
    Words one, many;
  };
  constexpr std::array<Unit, 4> units{{{86'400'000, {"일", " day"}, {"일", " days"}},
                                       {3'600'000, {"시간", " hour"}, {"시간", " hours"}},
                                       {60'000, {"분", " minute"}, {"분", " minutes"}},
                                       {1000, {"초", " second"}, {"초", " seconds"}}}};
  for (const Unit& unit : units) {
    if (ms % unit.ms != 0) continue;
    const auto n = ms / unit.ms;
    return std::to_string(n).append((n == 1 ? unit.one : unit.many).in(korean));
  }
  return std::to_string(ms) + " ms";
}

std::string age_phrase(const Step& step, bool korean) {
  const bool upper = step.below < Step::no_age, lower = step.at_least > 0 || !upper;
  std::string text;
  if (korean) {
    const std::string by = step.by_year ? "연 나이 " : "만 ";
    if (step.counted_on_a_day) text = bonin::to_string(step.day) + (step.end_of_day ? "(선거일) 기준 " : " 기준 ");
    text += by;
    if (lower) text += std::to_string(step.at_least) + "세 이상";
    if (lower && upper) text += " ";
    if (upper) text += std::to_string(step.below) + "세 미만";
    return text;
  }
  if (lower) text = "at least " + std::to_string(step.at_least);
  if (lower && upper) text += " and ";
  if (upper) text += "under " + std::to_string(step.below);
  text += step.by_year ? " years old by year age (this year minus the year of birth)" : " years old";
  if (step.counted_on_a_day) text += (step.end_of_day ? " by the end of " : " on ") + bonin::to_string(step.day);
  return text;
}

template <std::size_t N>
std::string values(const Step& step, const std::array<Words, N>& words, bool korean) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < N; ++i) {
    if (((step.mask >> i & 1) != 0) != step.flag) parts.emplace_back(words[i].in(korean));
  }
  return join(parts, ", ");
}

std::string membership(std::string_view ko, std::string_view en, const Step& step, const std::string& list,
                       bool korean) {
  if (korean) return std::string(ko) + ": " + list + (step.flag ? " 제외" : "");
  return std::string(en) + (step.flag ? " is not " : " is ") + list;
}

std::string channel_phrase(const Program& program, const Step& step, bool korean) {
  std::string text = step.test_too ? (korean ? "실서비스 또는 테스트 채널의 인증" : "a live or test channel")
                                   : (korean ? "실서비스 채널의 인증" : "a live channel");
  if (!step.unmarked_too) text += korean ? " (구분 없는 채널 제외)" : " (marked as such)";
  if (step.lists < 0) return text;
  const Lists& lists = program.lists[static_cast<std::size_t>(step.lists)];
  if (!lists.providers.empty()) text += (korean ? ", 인증기관: " : ", provider ") + join(lists.providers, ", ");
  if (!lists.keys.empty()) text += korean ? ", 지정된 채널" : ", one of the named channels";
  if (!lists.merchants.empty()) text += korean ? ", 지정된 상점아이디" : ", one of the named merchant ids";
  return text;
}

std::string parts_phrase(const Program& program, std::size_t index, bool korean) {
  const Step& step = program.steps[index];
  std::vector<std::string> parts;
  for (std::size_t i = index + 1; i < step.end; i = program.steps[i].end) {
    std::string part = phrase(program, i, korean);
    if (program.steps[i].kind >= Kind::all_of && program.steps[i].kind != Kind::negation) part = "(" + part + ")";
    parts.push_back(std::move(part));
  }
  if (step.kind == Kind::negation) return (korean ? "다음에 해당하지 않음: " : "not: ") + parts.front();
  if (step.kind == Kind::any_of) return join(parts, korean ? " 또는 " : " or ");
  return join(parts, korean ? " 그리고 " : " and ");
}

std::string standing_phrase(const Step& step, bool korean) {
  constexpr std::array<Words, 3> accounts{{{"아직 가입하지 않은 사람", "a person without an account yet"},
                                           {"이 계정의 본인", "the person who holds this account"},
                                           {"가입 여부 확인", "known to hold an account or none"}}};
  switch (step.kind) {
    case Kind::account:
      return std::string(accounts[step.which].in(korean));
    case Kind::single_use:
      return korean ? "처음 쓰는 인증" : "a verification nobody else has used";
    case Kind::not_banned:
      return korean ? "이용이 제한되지 않은 사람" : "a person who is not banned";
    default:
      return korean ? "재가입 제한 기간 종료" : "the waiting period before signing up again is over";
  }
}

Words sentence(Reason reason) noexcept {
  switch (reason) {
    case Reason::pass:
      return {"확인되었습니다.", "Confirmed."};
    case Reason::not_finished:
      return {"본인인증이 아직 끝나지 않았습니다.", "The identity verification is not finished yet."};
    case Reason::verification_failed:
      return {"본인인증에 실패했습니다.", "The identity verification failed."};
    case Reason::stale:
      return {"본인인증 후 시간이 너무 지났습니다. 다시 인증해 주세요.",
              "The identity verification is too old. Please verify again."};
    case Reason::in_future:
      return {"본인인증 시각이 올바르지 않습니다. 다시 인증해 주세요.",
              "The time of the identity verification is not right. Please verify again."};
    case Reason::test_channel:
      return {"테스트용 본인인증은 사용할 수 없습니다.", "A test verification cannot be used here."};
    case Reason::unmarked_channel:
    case Reason::other_channel:
    case Reason::other_merchant:
      return {"이 경로의 본인인증은 사용할 수 없습니다.", "A verification made this way cannot be used here."};
    case Reason::other_provider:
      return {"이 인증기관의 본인인증은 사용할 수 없습니다.", "A verification by this provider cannot be used here."};
    case Reason::mismatch:
      return {"본인인증 결과가 요청한 내용과 다릅니다.", "The identity verification does not match the request."};
    case Reason::foreign:
      return {"여기에서 시작한 본인인증이 아닙니다. 처음부터 다시 인증해 주세요.",
              "This identity verification was not started here. Please verify again."};
    case Reason::expired:
      return {"본인인증을 시작한 후 시간이 너무 지났습니다. 다시 인증해 주세요.",
              "This identity verification was started too long ago. Please verify again."};
    case Reason::has_account:
      return {"이미 가입되어 있습니다.", "You already have an account."};
    case Reason::taken:
      return {"이미 다른 계정으로 가입되어 있습니다.", "You already have an account under another id."};
    case Reason::no_account:
      return {"가입된 계정이 없습니다.", "There is no account of yours."};
    case Reason::other_account:
      return {"이 계정의 본인이 아닙니다.", "You are not the person who holds this account."};
    case Reason::being_signed_up:
      return {"지금 다른 곳에서 가입이 진행되고 있습니다. 잠시 후 다시 시도해 주세요.",
              "A sign-up for you is under way elsewhere. Please try again in a moment."};
    case Reason::used:
      return {"이미 사용된 본인인증입니다. 다시 인증해 주세요.",
              "This identity verification was already used. Please verify again."};
    case Reason::banned:
      return {"이용이 제한되어 있습니다.", "Your use of this service is restricted."};
    case Reason::too_soon:
      return {"재가입 제한 기간이 아직 끝나지 않았습니다.", "It is too soon to sign up again."};
    case Reason::unknown_status:
      return {"본인인증 상태를 확인할 수 없습니다.", "The state of the identity verification could not be told."};
    case Reason::missing_channel:
    case Reason::unknown_channel:
      return {"본인인증 경로를 확인할 수 없습니다.", "How the verification was made could not be told."};
    case Reason::future_birth_date:
      return {"생년월일이 올바르지 않습니다.", "The date of birth is not right."};
    case Reason::no_standing:
      return {"가입 정보를 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.",
              "Your account could not be looked up. Please try again in a moment."};
    case Reason::two_persons:
      return {"본인 정보가 서로 다른 두 사람에게 이어져 누구인지 확인할 수 없습니다. 고객센터에 문의해 주세요.",
              "Your identity leads to two different people here, so it cannot be told who you are. Please contact "
              "customer support."};
    case Reason::no_key:
      return {"이 인증 수단으로는 누구인지 확인할 수 없습니다. 휴대폰 본인인증 등 다른 수단으로 인증해 주세요.",
              "This method cannot tell who you are. Please verify with another method, such as your mobile phone."};
    default:
      return {};
  }
}

/// What a rule is about, when something about it could not be read.
Words subject(const Step& step) noexcept {
  switch (step.kind) {
    case Kind::fresh:
      return {"본인인증 시각", "the time of the verification"};
    case Kind::channel:
      return {"본인인증 경로", "how the verification was made"};
    case Kind::age:
      return attr_words[1];
    case Kind::gender:
      return attr_words[2];
    case Kind::foreigner:
      return attr_words[3];
    case Kind::carrier:
      return attr_words[5];
    case Kind::mvno:
      return attr_words[6];
    case Kind::provider:
      return {"인증기관", "the provider of the verification"};
    case Kind::has:
    case Kind::attested:
      return attr_words[step.which];
    case Kind::expect:
      return field_words[step.which];
    default:
      return {"본인인증 결과", "the result of the verification"};
  }
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

std::string_view code_of(const Step& step) noexcept {
  constexpr std::array<std::string_view, 20> codes{"verified",
                                                   "fresh",
                                                   "channel",
                                                   "age",
                                                   "has",
                                                   "attested",
                                                   "gender",
                                                   "carrier",
                                                   "mvno",
                                                   "provider",
                                                   "foreigner",
                                                   "expect",
                                                   "begun",
                                                   "account",
                                                   "single_use",
                                                   "not_banned",
                                                   "rejoin_period_over",
                                                   "all_of",
                                                   "any_of",
                                                   "not"};
  return step.kind == Kind::group ? codes[static_cast<std::size_t>(step.inner)]
                                  : codes[static_cast<std::size_t>(step.kind)];
}

std::string_view to_string(Reason reason) noexcept {
  constexpr std::array<std::string_view, 44> names{
      "",
      "not_finished",
      "verification_failed",
      "stale",
      "in_future",
      "test_channel",
      "unmarked_channel",
      "other_channel",
      "other_provider",
      "other_merchant",
      "too_young",
      "too_old",
      "absent",
      "not_listed",
      "excluded",
      "foreigner",
      "not_foreigner",
      "mvno",
      "not_mvno",
      "mismatch",
      "foreign",
      "expired",
      "has_account",
      "taken",
      "no_account",
      "other_account",
      "being_signed_up",
      "used",
      "banned",
      "too_soon",
      "parts_failed",
      "negated",
      "unknown_status",
      "missing_channel",
      "unknown_channel",
      "missing",
      "unreadable",
      "unattested",
      "future_birth_date",
      "not_supplied",
      "no_standing",
      "two_persons",
      "no_key",
      "parts_unknown",
  };
  static_assert(static_cast<std::size_t>(Reason::parts_unknown) + 1 == names.size());
  return names[static_cast<std::size_t>(reason)];
}

std::string phrase(const Program& program, std::size_t index, bool korean) {
  const Step& step = program.steps[index];
  switch (step.kind) {
    case Kind::verified:
      return korean ? "본인인증 완료" : "a finished identity verification";
    case Kind::fresh:
      return korean ? duration(step.within_ms, true) + " 이내의 본인인증"
                    : "verified within " + duration(step.within_ms, false);
    case Kind::channel:
      return channel_phrase(program, step, korean);
    case Kind::age:
      return age_phrase(step, korean);
    case Kind::has:
      return std::string(attr_words[step.which].in(korean)) + (korean ? " 있음" : " is given");
    case Kind::attested:
      return std::string(attr_words[step.which].in(korean)) +
             (korean ? " 인증기관 확인" : " is checked by the provider");
    case Kind::gender:
      return membership("성별", "the gender", step, values(step, gender_words, korean), korean);
    case Kind::carrier:
      return membership("통신사", "the mobile carrier", step, values(step, carrier_words, korean), korean);
    case Kind::mvno:
      return step.flag ? (korean ? "알뜰폰" : "a budget (MVNO) line")
                       : (korean ? "알뜰폰이 아님" : "no budget (MVNO) line");
    case Kind::foreigner:
      return step.flag ? (korean ? "외국인" : "a foreign national") : (korean ? "내국인" : "a Korean national");
    case Kind::provider:
      return membership("인증기관", "the provider", step,
                        join(program.lists[static_cast<std::size_t>(step.lists)].providers, ", "), korean);
    case Kind::expect:
      return std::string(field_words[step.which].in(korean)) + (korean ? " 일치" : " is the one expected");
    case Kind::begun:
      return korean ? "여기에서 시작한 본인인증" : "a verification started here";
    case Kind::account:
    case Kind::single_use:
    case Kind::not_banned:
    case Kind::rejoin:
      return standing_phrase(step, korean);
    default:
      return parts_phrase(program, index, korean);
  }
}

std::string denial(const Program& program, std::size_t index, Reason reason, bool korean) {
  const Step& step = program.steps[index];
  if (const Words words = sentence(reason); !words.ko.empty()) return std::string(words.in(korean));
  const auto about = [&](std::string_view ko, std::string_view en) {
    const auto what = std::string(subject(step).in(korean));
    return korean ? what + std::string(ko) : capital(what) + std::string(en);
  };
  switch (reason) {
    case Reason::absent:
    case Reason::missing:
      return about(": 본인인증 결과에 없습니다.", " is missing from the identity verification.");
    case Reason::unreadable:
      return about(": 읽을 수 없습니다.", " could not be read.");
    case Reason::unattested:
      return about(": 인증기관이 확인하지 않은 정보입니다.", " was not checked by the provider.");
    case Reason::not_supplied:
      return about(": 비교할 값이 없습니다.", " has nothing to be compared with.");
    default: {
      const std::string what = phrase(program, index, korean);
      return korean ? "이용 조건을 충족하지 않습니다: " + what + "." : "This is required: " + what + ".";
    }
  }
}

}  // namespace bonin::policy_detail
