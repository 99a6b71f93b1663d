#include "lookup/check.hpp"

#include <cstdlib>
#include <utility>

#include "transport/trust.hpp"

namespace bonin {
namespace {

/// What flows allow for: a machine whose clock is further off judges fresh verifications wrongly.
constexpr std::chrono::seconds tolerated_skew{60};

Check well(std::string_view name, std::string detail) {
  return {.name = name, .ok = true, .detail = std::move(detail)};
}

Check amiss(std::string_view name, std::string_view reason, std::string detail) {
  return {.name = name, .ok = false, .reason = reason, .detail = std::move(detail)};
}

}  // namespace

std::string_view probe_id(Api api) noexcept { return api == Api::v1 ? "imp_000000000000" : "bonin-check"; }

Check check_calls(const PortOneClient::Impl& client) {
  if (client.sessions.closed()) {
    return amiss("calls", info(ErrorKind::closed).name, "the client is closed: make a new one");
  }
  if (client.sessions.drains()) {
    return amiss("calls", info(ErrorKind::draining).name, "the client is draining: send requests to another instance");
  }
  return well("calls", "the client takes calls");
}

Check check_certificates(const ConnectionOptions& connection) {
  if (!connection.trust) return well("certificates", "not needed: plain http to loopback");
  const Trust& trust = *connection.trust;
  if (trust.problem) return amiss("certificates", info(trust.problem->kind).name, trust.problem->what());
  if (auto trouble = trouble_of(trust)) return amiss("certificates", info(trouble->kind).name, trouble->what());
  return well("certificates", "found " + place_of(trust));
}

Check check_credentials(Api api, const Result<VerificationPtr>& answer, std::chrono::milliseconds took) {
  constexpr std::string_view name = "credentials";
  const bool v1 = api == Api::v1;
  // A 404 about something else, such as a store, says nothing good.
  const bool unknown_id = !answer && answer.error().kind == ErrorKind::not_found &&
                          (v1 || answer.error().portone_code == "IDENTITY_VERIFICATION_NOT_FOUND");
  Check check;
  if (answer || unknown_id) {
    check = well(name, "PortOne accepts them");
  } else {
    const Error& error = answer.error();
    std::string detail = error.what();
    if (error.kind == ErrorKind::unauthorized) {
      detail += v1 ? ": copy `imp_key` and `imp_secret` from PortOne's console again"
                   : ": copy the API secret from PortOne's console again";
    } else if (error.kind == ErrorKind::not_found) {
      detail = "PortOne does not find what it was asked for (code " + error.portone_code +
               "); check `store_id`, and that the credentials are of this API version";
    }
    check = amiss(name, error.name(), std::move(detail));
  }
  check.took = took;
  return check;
}

Check check_clock(std::optional<std::chrono::milliseconds> skew) {
  if (!skew) return amiss("clock", "unknown", "PortOne has not told its time; see `credentials`");
  const auto seconds = std::chrono::round<std::chrono::seconds>(*skew).count();
  const std::string by =
      std::to_string(std::abs(seconds)) + " s " + (seconds < 0 ? "ahead of" : "behind") + " PortOne's";
  if (*skew <= tolerated_skew && *skew >= -tolerated_skew) {
    return well("clock", seconds == 0 ? "it agrees with PortOne's" : "it is " + by);
  }
  return amiss("clock", "skew",
               "this machine's clock is " + by +
                   ", so fresh verifications are judged wrongly: set it (`timedatectl`, `chronyc makestep`)");
}

}  // namespace bonin
