#include <algorithm>
#include <array>

#include "bonin/web.hpp"
#include "model/table.hpp"
#include "web/field.hpp"

namespace bonin::web {
namespace {

constexpr std::array<RefusalInfo, refusal_count> table{{
    {RefusalCode::denied, "denied", 403, "본인인증 결과로는 이용하실 수 없습니다.",
     "This identity verification does not permit it."},
    {RefusalCode::needs_guardian, "needs_guardian", 403, "보호자(법정대리인)의 동의가 필요합니다.",
     "A guardian's consent is needed."},
    {RefusalCode::not_finished, "not_finished", 403, "본인인증이 완료되지 않았습니다. 다시 시도해 주세요.",
     "The identity verification was not finished. Please try again."},
    {RefusalCode::invalid_id, "invalid_id", 400, "본인인증 요청이 올바르지 않습니다. 처음부터 다시 시도해 주세요.",
     "The id of the identity verification is not valid. Please start again."},
    {RefusalCode::not_found, "not_found", 400, "본인인증 내역을 찾을 수 없습니다. 처음부터 다시 시도해 주세요.",
     "There is no such identity verification. Please start again."},
    {RefusalCode::invalid_body, "invalid_body", 400, "요청 내용을 읽을 수 없습니다.", "The request could not be read."},
    {RefusalCode::unsupported_body, "unsupported_body", 415, "요청 형식이 올바르지 않습니다.",
     "The request is neither JSON nor a form."},
    {RefusalCode::body_too_large, "body_too_large", 413, "요청이 너무 큽니다.", "The request is too large."},
    {RefusalCode::cross_site, "cross_site", 403, "다른 사이트에서 보낸 요청은 처리하지 않습니다.",
     "Requests from another site are not accepted."},
    {RefusalCode::method_not_allowed, "method_not_allowed", 405, "허용되지 않는 요청입니다.",
     "This method is not allowed here."},
    {RefusalCode::invalid_person, "invalid_person", 400, "입력하신 정보를 확인해 주세요.",
     "Please check what you have entered."},
    {RefusalCode::provider_refused, "provider_refused", 422,
     "본인인증을 하지 못했습니다. 입력하신 정보를 확인하고 다시 시도해 주세요.",
     "The identity verification did not succeed. Please check what you have entered and try again."},
    {RefusalCode::too_often, "too_often", 429, "요청 횟수가 너무 많습니다. 잠시 후 다시 시도해 주세요.",
     "There were too many attempts. Please try again later."},
    {RefusalCode::unavailable, "unavailable", 503, "지금은 본인인증을 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.",
     "Identity verifications cannot be checked right now. Please try again in a moment."},
    {RefusalCode::internal, "internal", 500, "본인인증을 확인하지 못했습니다. 고객센터에 문의해 주세요.",
     "The identity verification could not be checked. Please contact customer support."},
}};

static_assert(in_order(table, &RefusalInfo::code), "info() looks a code up by its place");

/// What a provider's own code means, where that is known.
std::optional<Finding> finding_of_provider(std::string_view pg_code) {
  if (pg_code != "0086") return std::nullopt;  // DANAL: 30 tries within an hour or 200 within a day from one address
  return Finding{.code = "provider",
                 .outcome = Outcome::fail,
                 .reason = "address_blocked",
                 .pointer = "",
                 .ko =
                     "이 인터넷 주소에서 인증을 너무 많이 시도했습니다. 시간이 지난 뒤 다시 시도하거나 다른 네트워크를 "
                     "이용해 주세요.",
                 .en =
                     "There were too many attempts from this internet address. Please try again later, or from another "
                     "network."};
}

/// A sign-up whose last step granted nothing: somebody was quicker, or it took too long.
Finding claim_refused() {
  return {
      .code = "account",
      .outcome = Outcome::fail,
      .reason = "claim_refused",
      .pointer = "",
      .ko = "가입을 마치지 못했습니다. 이미 가입하셨는지 확인하고 처음부터 다시 시도해 주세요.",
      .en = "The sign-up could not be completed. Please check whether you already have an account, and start again."};
}

/// The registry's own conflict, as `account` finds it: only somebody of the service can tell who it is.
Finding two_persons() {
  return {
      .code = "account",
      .outcome = Outcome::unknown,
      .reason = "two_persons",
      .pointer = "",
      .ko = "본인인증 정보가 서로 다른 두 사람의 기록과 일치해 누구인지 확인할 수 없습니다. 고객센터에 문의해 주세요.",
      .en =
          "Your identity leads to two different people here, so it cannot be told who you are. Please contact "
          "customer support."};
}

std::int64_t seconds(const Error& error) {
  return std::max<std::int64_t>(1, (error.retry_after_ms.value_or(0) + 999) / 1000);
}

}  // namespace

const RefusalInfo& info(RefusalCode code) noexcept { return table[static_cast<std::size_t>(code)]; }

std::optional<RefusalCode> refusal_code(std::string_view name) noexcept {
  return named(table, &RefusalInfo::code, name);
}

Refusal refusal_of(std::vector<Finding> shown, bool needs_guardian) {
  Refusal refusal;
  const bool mistake = !shown.empty() && std::all_of(shown.begin(), shown.end(), [](const Finding& finding) {
    return finding.reason == "not_supplied";
  });
  if (mistake) return refusal;
  refusal.code = needs_guardian ? RefusalCode::needs_guardian : RefusalCode::denied;
  refusal.findings = std::move(shown);
  return refusal;
}

bool is_foreign(const std::vector<Finding>& denials) noexcept {
  return std::any_of(denials.begin(), denials.end(), [](const Finding& finding) { return finding.code == "begun"; });
}

bool is_again(const std::vector<Finding>& denials) noexcept {
  return denials.size() == 1 && denials[0].code == "account" && denials[0].reason == "signed_up";
}

Refusal no_cookie() {
  return refusal_of(
      {{.code = "begun",
        .outcome = Outcome::fail,
        .reason = "no_cookie",
        .pointer = "",
        .ko = "여기에서 시작한 본인인증인지 확인할 수 없습니다. 쿠키를 허용하고 처음부터 다시 인증해 주세요.",
        .en = "It cannot be told whether this identity verification was started here. Please allow "
              "cookies and verify again."}});
}

Refusal refusal_of(const Error& error) {
  Refusal refusal;
  const bool may_succeed_later =
      error.retryable() || error.kind == ErrorKind::outcome_unknown || error.kind == ErrorKind::draining ||
      error.kind == ErrorKind::cancelled;  // by a time limit of the application's own, most likely
  const bool of_guardian = error.kind == ErrorKind::invalid_argument && error.parameter == "guardian";
  // A confirmation is refused for its code: nothing else is in it.
  const bool of_code = error.kind == ErrorKind::rejected && error.request.find("/confirm") != std::string::npos;
  const bool of_registry = error.kind == ErrorKind::conflict && error.request.empty();
  if (of_registry) {
    refusal = refusal_of({two_persons()});
  } else if (error.kind == ErrorKind::invalid_id || error.kind == ErrorKind::conflict || of_guardian) {
    refusal.code = RefusalCode::invalid_id;
  } else if (of_code) {
    refusal.code = RefusalCode::invalid_person;
    refusal.findings.push_back(finding_of(code_field, false));
  } else if (error.kind == ErrorKind::invalid_argument && error.parameter == "method") {
    refusal.code = RefusalCode::invalid_person;
    refusal.findings.push_back(finding_of(method_field, false));
  } else if (error.kind == ErrorKind::claim_refused) {
    refusal = refusal_of({claim_refused()});
  } else if (error.kind == ErrorKind::not_found) {
    refusal.code = RefusalCode::not_found;
  } else if (error.kind == ErrorKind::provider_failed) {
    refusal.code = RefusalCode::provider_refused;
    if (auto finding = finding_of_provider(error.pg_code)) refusal.findings.push_back(std::move(*finding));
  } else if (error.kind == ErrorKind::throttled && error.http_status == 0) {
    refusal.code = RefusalCode::too_often;
    refusal.retry_after_s = seconds(error);
  } else if (may_succeed_later) {
    refusal.code = RefusalCode::unavailable;
    refusal.retry_after_s = seconds(error);
  }
  return refusal;
}

}  // namespace bonin::web
