#include <algorithm>
#include <array>

#include "bonin/web.hpp"
#include "model/table.hpp"

namespace bonin::web {
namespace {

using Code = RefusalCode;

constexpr std::array<RefusalInfo, refusal_count> table{{
    {Code::denied, "denied", 403, "본인인증 결과로는 이용하실 수 없습니다.",
     "This identity verification does not permit it."},
    {Code::not_finished, "not_finished", 403, "본인인증이 완료되지 않았습니다. 다시 시도해 주세요.",
     "The identity verification was not finished. Please try again."},
    {Code::invalid_id, "invalid_id", 400, "본인인증 요청이 올바르지 않습니다. 처음부터 다시 시도해 주세요.",
     "The id of the identity verification is not valid. Please start again."},
    {Code::not_found, "not_found", 400, "본인인증 내역을 찾을 수 없습니다. 처음부터 다시 시도해 주세요.",
     "There is no such identity verification. Please start again."},
    {Code::invalid_body, "invalid_body", 400, "요청 내용을 읽을 수 없습니다.", "The request could not be read."},
    {Code::unsupported_body, "unsupported_body", 415, "요청 형식이 올바르지 않습니다.",
     "The request is neither JSON nor a form."},
    {Code::body_too_large, "body_too_large", 413, "요청이 너무 큽니다.", "The request is too large."},
    {Code::cross_site, "cross_site", 403, "다른 사이트에서 보낸 요청은 처리하지 않습니다.",
     "Requests from another site are not accepted."},
    {Code::method_not_allowed, "method_not_allowed", 405, "허용되지 않는 요청입니다.",
     "This method is not allowed here."},
    {Code::unavailable, "unavailable", 503, "지금은 본인인증을 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.",
     "Identity verifications cannot be checked right now. Please try again in a moment."},
    {Code::internal, "internal", 500, "본인인증을 확인하지 못했습니다. 고객센터에 문의해 주세요.",
     "The identity verification could not be checked. Please contact customer support."},
}};

static_assert(in_order(table, &RefusalInfo::code), "info() looks a code up by its place");

}  // namespace

const RefusalInfo& info(RefusalCode code) noexcept { return table[static_cast<std::size_t>(code)]; }

std::optional<RefusalCode> refusal_code(std::string_view name) noexcept {
  return named(table, &RefusalInfo::code, name);
}

Refusal refusal_of(std::vector<Finding> denials) {
  Refusal refusal;
  refusal.code = Code::denied;
  refusal.findings = std::move(denials);
  return refusal;
}

bool is_foreign(const std::vector<Finding>& denials) noexcept {
  return std::any_of(denials.begin(), denials.end(), [](const Finding& finding) { return finding.code == "begun"; });
}

Refusal refusal_of(ErrorKind kind, std::optional<std::int64_t> retry_after_ms) {
  Refusal refusal;
  if (kind == ErrorKind::invalid_id) {
    refusal.code = Code::invalid_id;
  } else if (kind == ErrorKind::not_found) {
    refusal.code = Code::not_found;
  } else if (bonin::info(kind).retryable) {
    refusal.code = Code::unavailable;
    refusal.retry_after_s = std::max<std::int64_t>(1, (retry_after_ms.value_or(0) + 999) / 1000);
  }
  return refusal;
}

}  // namespace bonin::web
