// Whatever answers a request for a token: an error that repeats nothing of it, or a token that fits one header line and
// has a sane life. The same answer serves every way to a token, under 200 and under one other status.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/support/fake_transport.hpp"
#include "require.hpp"
#include "token/renewed_credential.hpp"
#include "token/token_source.hpp"

namespace {

using namespace bonin;
using namespace bonin::test;

constexpr int others[] = {201, 204, 302, 400, 401, 403, 404, 429, 500, 503};

enum class Way { v1, v2_login, v2_api_key };

std::unique_ptr<TokenSource> source_of(Way way, const TokenRoute& route) {
  if (way == Way::v1) return v1_token_source(route, Secret("fuzz-imp-key"), Secret("fuzz-imp-secret"));
  if (way == Way::v2_login) return v2_login_source(route, Secret("fuzz-api-secret"));
  return v2_api_key_source(route, Secret("fuzz-api-key"));
}

/// Texts of the answer that no error may repeat. No message is as long as 80, so that none holds one by chance.
void require_silent(const Error& error, const nlohmann::json& answer) {
  if (!answer.is_object()) return;
  const auto silent = [&](const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return;
    const auto& secret = found->get_ref<const std::string&>();
    REQUIRE(secret.size() < 80 || error.message.find(secret) == std::string::npos);
  };
  for (const char* name : {"accessToken", "refreshToken", "access_token"}) silent(answer, name);
  const auto response = answer.find("response");
  if (response != answer.end() && response->is_object()) silent(*response, "access_token");
}

struct Rig {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  FakeTransport transport{clock};
  std::shared_ptr<Health> health = std::make_shared<Health>(clock, [] { return 0.5; }, std::make_shared<LogGate>());
  std::shared_ptr<const ConnectionOptions> connection = [] {
    auto options = std::make_shared<ConnectionOptions>();
    options->base_url = "https://api.example";
    return options;
  }();
};

Result<Token> fetch(Rig& rig, TokenSource& source) {
  std::optional<Result<Token>> ended;
  source.fetch([&](Result<Token> token) { ended.emplace(std::move(token)); });
  REQUIRE(rig.transport.run([&] { return ended.has_value(); }));
  return std::move(*ended);
}

void check(Way way, int status, const std::string& body, const nlohmann::json& answer) {
  Rig rig;
  rig.transport.script = [&](const Sent&) { return Reply::answer(status, body); };
  const auto source = source_of(way, {rig.transport, rig.connection, rig.health});
  const auto first = fetch(rig, *source);
  const auto second = fetch(rig, *source);  // V2: a refresh, when the login gave a refresh token
  REQUIRE(first.ok() == second.ok());
  REQUIRE(rig.transport.sent.size() <= 3);
  if (!first) {
    const Error& error = first.error();
    REQUIRE(!error.request.empty() && error.http_status == status);
    REQUIRE(status == 200 || error.kind != ErrorKind::unreadable_answer);
    require_silent(error, answer);
    return;
  }
  REQUIRE(status == 200);
  REQUIRE(first->text.reveal() == second->text.reveal() && first->life == second->life);
  REQUIRE(first->life >= 1s && first->life <= 24h);
  REQUIRE(!first->text.empty());

  const auto credential = std::make_shared<RenewedCredential>(
      rig.clock, rig.health, source_of(way, {rig.transport, rig.connection, rig.health}));
  std::optional<Result<Grant>> granted;
  credential->grant([&](Result<Grant> grant) { granted.emplace(std::move(grant)); });
  REQUIRE(rig.transport.run([&] { return granted.has_value(); }) && granted->ok());
  const auto line = granted->value().headers->value("Authorization");
  REQUIRE(line == "Bearer " + std::string(first->text.reveal()));
  REQUIRE(line.find_first_of("\r\n") == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto answer = nlohmann::json::parse(body, nullptr, false);
  for (const Way way : {Way::v1, Way::v2_login, Way::v2_api_key}) {
    check(way, 200, body, answer);
    check(way, others[size % std::size(others)], body, answer);
  }
  return 0;
}
