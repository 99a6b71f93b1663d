#pragma once
// Everything the sandbox knows, and the one table of what it serves.
//
// A World lives on the I/O thread alone: requests arrive there, and `Sandbox::control` posts to it and waits. That is
// why nothing in it is locked.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/result.hpp"
#include "clock.hpp"
#include "faults.hpp"
#include "http.hpp"
#include "idempotency.hpp"
#include "personas.hpp"
#include "records.hpp"
#include "request_log.hpp"
#include "sandbox/sandbox.hpp"
#include "tokens.hpp"
#include "window.hpp"

namespace bonin::sandbox {

struct World {
  explicit World(Options given) : options(std::move(given)) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Options options;
  std::string url;
  SandboxClock clock;
  V1Token v1_token;
  V2Tokens v2_tokens;
  Records records;
  std::vector<Persona> personas = built_in_personas();
  Windows windows;
  Idempotency idempotency;
  Faults faults;
  RequestLog log;

  const Persona* persona(std::string_view name) const;
};

/// A line of the table: `{id}` in the pattern stands for one segment, handed over decoded.
struct Route {
  std::string_view method;
  std::string_view pattern;
  Answer (*handle)(World&, const Request&, std::string_view id);
};

/// All routes, operations excepted. A new page or script is one line here.
std::span<const Route> routes() noexcept;

/// One request served: the answer, and what shall befall it on its way.
struct Outcome {
  Answer answer;
  std::optional<Fault> fault;
};
Outcome serve(World& world, const Request& request);

/// What `POST /sandbox/{operation}` and `Sandbox::control` do.
Result<Json> control(World& world, std::string_view operation, const Json& arguments);
Answer serve_control(World& world, const Request& request);

/// Channels of the shop: one a provider, and one for tests.
struct Channel {
  std::string_view key;
  std::string_view provider;
  std::string_view type;
  std::string_view pg_merchant_id;
};
std::span<const Channel> channels() noexcept;
const Channel* find_channel(std::string_view key) noexcept;

/// What an API-driven attempt knows of a person: name, YYMMDD, the seventh digit of the resident registration number.
std::optional<Person> person_from_identity(std::string name, std::string_view yymmdd, char seventh);
std::string six_digits();
/// Why a channel's provider does not send a code in this way; null when it does.
const char* api_refusal(const Channel& channel, std::string_view method, bool has_identity_number, const Json& bypass);
/// KCP takes ids of at most 40 letters and digits.
bool fits_provider(std::string_view id, std::string_view provider) noexcept;
/// KCP's test merchant takes any six digits.
bool is_right_code(const Record& record, std::string_view code) noexcept;

// Handlers, in v1.cpp, v2.cpp and web.cpp.
Answer v1_get_token(World&, const Request&, std::string_view);
Answer v1_lookup(World&, const Request&, std::string_view id);
Answer v1_erase(World&, const Request&, std::string_view id);
Answer v1_otp_request(World&, const Request&, std::string_view);
Answer v1_otp_confirm(World&, const Request&, std::string_view id);
Answer v2_lookup(World&, const Request&, std::string_view id);
Answer v2_list(World&, const Request&, std::string_view);
Answer v2_send(World&, const Request&, std::string_view id);
Answer v2_resend(World&, const Request&, std::string_view id);
Answer v2_confirm(World&, const Request&, std::string_view id);
Answer v2_login_secret(World&, const Request&, std::string_view);
Answer v2_login_key(World&, const Request&, std::string_view);
Answer v2_refresh(World&, const Request&, std::string_view);
Answer v1_script(World&, const Request&, std::string_view);
Answer v2_script(World&, const Request&, std::string_view);
/// Tells whoever asks that this is a sandbox, and nothing else.
Answer hello(World&, const Request&, std::string_view);
Answer index_page(World&, const Request&, std::string_view);
Answer index_style(World&, const Request&, std::string_view);
Answer index_code(World&, const Request&, std::string_view);
Answer window_page(World&, const Request&, std::string_view);
Answer window_style(World&, const Request&, std::string_view);
Answer window_code(World&, const Request&, std::string_view);

}  // namespace bonin::sandbox
