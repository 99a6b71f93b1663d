#include "idempotency.hpp"

#include <algorithm>

#include "v2.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::int64_t life_ms = 3 * 3'600'000;
constexpr std::size_t shortest = 16, longest = 256;

/// Does the header hold a string of RFC 8941, with its quotes?
bool well_formed(std::string_view header) {
  if (header.size() < shortest + 2 || header.size() > longest + 2 || header.front() != '"' || header.back() != '"') {
    return false;
  }
  const auto key = header.substr(1, header.size() - 2);
  return std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

/// V1 takes no such header.
bool takes_keys(const Request& request) {
  return request.method == "POST" && request.path.starts_with("/identity-verifications/");
}

/// One key may stand for one request of each kind.
std::string name_of(const Request& request) {
  return std::string(request.path).append(1, ' ').append(request.idempotency_key);
}

}  // namespace

std::optional<Answer> Idempotency::answered(const Request& request, std::int64_t now_ms) {
  if (request.idempotency_key.empty() || !takes_keys(request)) return std::nullopt;
  if (!well_formed(request.idempotency_key)) {
    return v2_error(400, "INVALID_REQUEST", "Idempotency-Key must be a quoted string of 16 to 256 characters");
  }
  const auto found = kept_.find(name_of(request));
  if (found == kept_.end() || now_ms >= found->second.until_ms) return std::nullopt;
  if (now_ms < found->second.done_ms) {
    return v2_error(409, "IDEMPOTENCY_OUTSTANDING_REQUEST", "the first request is still under way");
  }
  return found->second.answer;
}

void Idempotency::keep(const Request& request, const Answer& answer, std::int64_t now_ms, std::int64_t delay_ms) {
  if (request.idempotency_key.empty() || !takes_keys(request) || answer.status == 401) return;
  std::erase_if(kept_, [&](const auto& one) { return now_ms >= one.second.until_ms; });
  kept_.insert_or_assign(name_of(request), Kept{answer, now_ms + delay_ms, now_ms + life_ms});
}

}  // namespace bonin::sandbox
