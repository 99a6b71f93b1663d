#include <algorithm>
#include <array>

#include "world.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::array<Route, 22> table{{
    // The two look-ups first: they are what is asked thousands of times a second.
    {"GET", "/identity-verifications/{id}", v2_lookup},
    {"GET", "/certifications/{id}", v1_lookup},
    {"POST", "/users/getToken", v1_get_token},
    {"DELETE", "/certifications/{id}", v1_erase},
    {"POST", "/certifications/otp/request", v1_otp_request},
    {"POST", "/certifications/otp/confirm/{id}", v1_otp_confirm},
    {"GET", "/identity-verifications", v2_list},
    {"POST", "/identity-verifications/{id}/send", v2_send},
    {"POST", "/identity-verifications/{id}/resend", v2_resend},
    {"POST", "/identity-verifications/{id}/confirm", v2_confirm},
    {"POST", "/login/api-secret", v2_login_secret},
    {"POST", "/login/api-key", v2_login_key},
    {"POST", "/token/refresh", v2_refresh},
    {"GET", "/v1/iamport.js", v1_script},
    {"GET", "/v2/browser-sdk.js", v2_script},
    {"GET", "/", index_page},
    {"GET", "/sandbox/index.css", index_style},
    {"GET", "/sandbox/index.js", index_code},
    {"GET", "/sandbox/hello", hello},
    {"GET", "/sandbox/window", window_page},
    {"GET", "/sandbox/window.css", window_style},
    {"GET", "/sandbox/window.js", window_code},
}};

/// Does the path fit? `id` becomes the raw text of `{id}`.
bool fits(std::string_view pattern, std::string_view path, std::string_view& id) noexcept {
  const auto brace = pattern.find('{');
  if (brace == std::string_view::npos) return pattern == path;
  const auto before = pattern.substr(0, brace), after = pattern.substr(brace + 4);
  if (path.size() <= before.size() + after.size() || path.substr(0, before.size()) != before) return false;
  const auto middle = path.substr(before.size());
  const auto slash = middle.find('/');
  id = middle.substr(0, slash);
  return !id.empty() && (slash == std::string_view::npos ? after.empty() : middle.substr(slash) == after);
}

Answer refusal(unsigned status, const char* kind, const char* message) {
  Answer answer;
  answer.status = status;
  answer.body = write_json(Json{{"error", {{"kind", kind}, {"message", message}, {"parameter", ""}}}});
  return answer;
}

}  // namespace

std::span<const Route> routes() noexcept { return table; }

namespace {

/// Carries a request out, unless it is a repetition of one that was.
Answer carry_out(World& world, const Request& request, const Route* route, std::string_view raw_id,
                 std::int64_t delay_ms) {
  if (auto again = world.idempotency.answered(request, world.clock.now_ms())) return std::move(*again);
  if (route == nullptr) return refusal(404, "not_found", "no such route");
  const bool escaped = raw_id.find('%') != std::string_view::npos;
  const auto answer =
      escaped ? route->handle(world, request, percent_decode(raw_id, false)) : route->handle(world, request, raw_id);
  world.idempotency.keep(request, answer, world.clock.now_ms(), delay_ms);
  return answer;
}

/// The answer to a lookup as it would be if the window were still open.
void answer_as_ready(World& world, std::string_view raw_id, Answer& answer) {
  const Record* record = world.records.find(percent_decode(raw_id, false));
  if (answer.status != 200 || record == nullptr) return;
  Record open = *record;
  open.state = State::ready;
  open.pg_tx_id.clear();
  open.changed();
  answer.shared = open.v1 ? open.v1_text() : open.v2_text();
}

}  // namespace

Outcome serve(World& world, const Request& request) {
  Outcome outcome;
  std::string_view raw_id;
  std::size_t at = 0;
  while (at < table.size() && (table[at].method != request.method || !fits(table[at].pattern, request.path, raw_id))) {
    ++at;
  }
  // The sandbox's own: neither logged nor hit by a fault.
  const bool own_page = request.path == "/" && at < table.size();
  if (own_page || request.path.substr(0, 9) == "/sandbox/") {
    outcome.answer = at < table.size() ? table[at].handle(world, request, raw_id) : serve_control(world, request);
    return outcome;
  }
  outcome.fault = world.faults.take(request.method, request.path);
  if (!outcome.fault || outcome.fault->effect) {
    const std::int64_t delay_ms = outcome.fault ? outcome.fault->delay_ms : 0;
    outcome.answer = carry_out(world, request, at < table.size() ? &table[at] : nullptr, raw_id, delay_ms);
  }
  unsigned status = outcome.answer.status;
  if (outcome.fault) {
    const auto kind = outcome.fault->kind;
    const bool replaces = kind == FaultKind::status || kind == FaultKind::respond;
    if (replaces || ((kind == FaultKind::cut || kind == FaultKind::drip) && outcome.fault->body)) {
      outcome.answer = faulty_answer(*outcome.fault, request.path);
      status = outcome.answer.status;
    }
    if (kind == FaultKind::ready) answer_as_ready(world, raw_id, outcome.answer);
    if (kind == FaultKind::reset || kind == FaultKind::garbage) status = 0;
  }
  world.log.add(request, at, query_value(request.query, "storeId"), status, world.clock.now_ms());
  return outcome;
}

}  // namespace bonin::sandbox
