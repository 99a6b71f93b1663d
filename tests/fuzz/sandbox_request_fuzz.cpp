// A conversation with the sandbox, as text: requests with a line `%%` between them, each a first line (`GET
// /path?query`), header lines, an empty line and a body. `$token`, `$refresh`, `$otp` and `$id` stand for what an
// earlier answer said. Sockets and the reading of HTTP are not in it: requests come as the connection hands them on.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "require.hpp"
#include "world.hpp"

namespace {

using namespace bonin::sandbox;

constexpr std::array<std::string_view, 11> operations{"info",     "personas",       "verify",       "add_person",
                                                      "otp",      "fault",          "clear_faults", "advance",
                                                      "requests", "clear_requests", "reset"};

std::string_view line_of(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

/// What the answers so far said.
class Memory {
 public:
  void learn(const Json& answer) {
    if (!answer.is_object()) return;
    for (const auto& [name, value] : answer.items()) {
      if (value.is_object()) learn(value);
      if (!value.is_string()) continue;
      const auto text = value.get<std::string>();
      if (name == "access_token" || name == "accessToken") said_["$token"] = text;
      if (name == "refreshToken") said_["$refresh"] = text;
      if (name == "otp") said_["$otp"] = text;
      if (name == "id" || name == "imp_uid") said_["$id"] = text;
    }
  }
  std::string fill(std::string_view text) const {
    std::string out(text);
    for (const auto& [name, value] : said_) {
      for (auto at = out.find(name); at != std::string::npos && out.size() < 10'000; at = out.find(name, at)) {
        out.replace(at, name.size(), value);
        at += value.size();
      }
    }
    return out;
  }

 private:
  std::map<std::string, std::string> said_;
};

/// A request and the texts that it looks into.
struct Spoken {
  std::string method, path, query, authorization, tier, content_type, origin, host = "127.0.0.1:1", body;
  bool has_authorization = false, from_loopback = true;

  Spoken(std::string_view text, const Memory& memory) {
    const auto first = line_of(text);
    method = first.substr(0, first.find(' '));
    const auto target = memory.fill(first.substr(std::min(first.size(), method.size() + 1)));
    const auto question = target.find('?');
    path = target.substr(0, question);
    if (question != std::string::npos) query = target.substr(question + 1);
    for (auto line = line_of(text); !line.empty(); line = line_of(text)) {
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      const auto name = line.substr(0, colon);
      auto value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      if (name == "Authorization") authorization = memory.fill(value), has_authorization = true;
      if (name == "Tier") tier = value;
      if (name == "Content-Type") content_type = value;
      if (name == "Origin") origin = value;
      if (name == "Host") host = value;
      if (name == "Remote") from_loopback = false;
    }
    body = memory.fill(text);
  }

  Request request() const {
    Request r;
    r.method = method, r.path = path, r.query = query;
    r.authorization = authorization, r.has_authorization = has_authorization;
    r.tier = tier, r.content_type = content_type, r.origin = origin, r.host = host;
    r.body = body, r.connection = 1, r.from_loopback = from_loopback;
    return r;
  }
};

bool starts_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

void require_well_formed(const Outcome& outcome) {
  const Answer& answer = outcome.answer;
  if (outcome.fault) return;  // whatever its author wrote
  REQUIRE(answer.status >= 200 && answer.status <= 599);
  for (const auto& [name, value] : answer.headers) {
    REQUIRE(!name.empty() && (name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  if (starts_with(answer.content_type, "application/json")) REQUIRE(Json::accept(answer.text()));
}

void check(World& world, Memory& memory, std::string_view text) {
  const Spoken spoken(text, memory);
  const Request request = spoken.request();
  const auto requests = [&] { return world.log.json(0)["total"].get<std::uint64_t>(); };
  const auto before = requests();
  const Outcome outcome = serve(world, request);  // what it throws costs a 500: a finding
  const Answer& answer = outcome.answer;
  require_well_formed(outcome);

  if (starts_with(request.path, "/sandbox/")) {
    const auto name = request.path.substr(9);
    if (std::find(operations.begin(), operations.end(), name) != operations.end()) {
      if (!request.from_loopback) REQUIRE(answer.status == 403);
      if (!request.origin.empty() && request.origin != "http://" + spoken.host) REQUIRE(answer.status == 403);
    }
  } else if (request.path == "/" && request.method == "GET") {
    REQUIRE(requests() == before);  // a page of its own, and nothing of PortOne's
  } else {
    REQUIRE(requests() == before + 1);
    if (!outcome.fault && starts_with(request.path, "/identity-verifications")) {
      const bool may = request.authorization == "PortOne " + world.options.api_secret ||
                       starts_with(request.authorization, "Bearer access-");
      if (!may) REQUIRE(answer.status == 401 || answer.status == 404);
    }
    if (!outcome.fault && starts_with(request.path, "/certifications") && !request.has_authorization) {
      REQUIRE(answer.status == 401 || answer.status == 404);
    }
  }
  if (request.method == "GET" && !outcome.fault && request.path != "/sandbox/requests" &&
      request.path != "/sandbox/info") {
    const Outcome again = serve(world, request);
    if (!again.fault) REQUIRE(again.answer.status == answer.status && again.answer.text() == answer.text());
  }
  memory.learn(Json::parse(answer.text(), nullptr, false));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  World world{Options{}};
  Memory memory;
  for (int spoken = 0; !text.empty() && spoken < 20; ++spoken) {
    const auto end = text.find("\n%%\n");
    check(world, memory, text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 4);
  }
  return 0;
}
