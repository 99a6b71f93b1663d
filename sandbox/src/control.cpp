// The sandbox's own operations: what tests and the `Sandbox` classes drive it with.

#include <array>
#include <vector>

#include "bonin/words.hpp"
#include "origin.hpp"
#include "verify.hpp"
#include "world.hpp"

namespace bonin::sandbox {
namespace {

Result<Json> info(World& world, const Json&) {
  const auto& o = world.options;
  Json list = Json::array();
  for (const auto& c : channels()) {
    list.push_back({{"key", c.key}, {"provider", c.provider}, {"type", c.type}, {"pg_merchant_id", c.pg_merchant_id}});
  }
  return Json{{"url", world.url},
              {"v1_url", world.url},
              {"v2_url", world.url},
              {"v1_script_url", world.url + "/v1/iamport.js"},
              {"v2_script_url", world.url + "/v2/browser-sdk.js"},
              {"imp_key", o.imp_key},
              {"imp_secret", o.imp_secret},
              {"api_secret", o.api_secret},
              {"api_key", o.api_key},
              {"store_id", o.store_id},
              {"imp_code", "imp00000000"},
              {"channel_key", channels()[0].key},
              {"channels", list},
              {"now_ms", world.clock.now_ms()}};
}

Result<Json> personas(World& world, const Json&) {
  Json list = Json::array();
  for (const auto& p : world.personas) {
    list.push_back(
        {{"name", p.name},
         {"ko", p.ko},
         {"en", p.en},
         {"provider", p.provider},
         {"channel_type", p.channel_type ? Json(*p.channel_type) : Json(nullptr)},
         {"status", state_text(p.state)},
         {"person", person_json(person_of(p, world.clock.now_ms(), merchant_of(p.provider, p.channel_type)))}});
  }
  return Json{{"personas", list}};
}

Result<Json> otp(World& world, const Json& arguments) {
  const auto id = string_at(arguments, "id");
  if (!id) return bad_parameter("id", "must be a string");
  // An application holds a V1 id with a signature behind a dot.
  const Record* record = world.records.find(id->starts_with("imps_") ? id->substr(0, id->find('.')) : *id);
  if (!record || !record->otp) return bad_parameter("id", "names no verification that waits for a code");
  return Json{{"otp", record->otp->code}};
}

Result<Json> fault(World& world, const Json& arguments) {
  auto read = read_fault(arguments);
  if (!read) return std::move(read).error();
  return Json{{"id", world.faults.add(std::move(read).value())}};
}

Result<Json> clear_faults(World& world, const Json&) {
  world.faults.clear();
  return Json::object();
}

Result<Json> advance(World& world, const Json& arguments) {
  const auto ms = arguments.find("ms");
  constexpr auto most = SandboxClock::max_shift_ms;
  if (ms == arguments.end() || !ms->is_number_integer()) return bad_parameter("ms", "must be an integer");
  if (ms->is_number_unsigned() && ms->get<std::uint64_t>() > static_cast<std::uint64_t>(most)) {
    return bad_parameter("ms", "must be at most a century");
  }
  const auto by = ms->get<std::int64_t>();
  const auto now = world.clock.now_ms();
  if (by < -most || by > most || world.clock.shift_ms() + by > most || now + by < 0) {
    return bad_parameter("ms", "must leave the clock between 1970 and a century from now");
  }
  world.clock.advance(by);
  return Json{{"now_ms", world.clock.now_ms()}};
}

Result<Json> requests(World& world, const Json& arguments) {
  std::size_t limit = RequestLog::capacity;
  if (const auto given = arguments.find("limit"); given != arguments.end()) {
    if (!given->is_number_unsigned()) return bad_parameter("limit", "must be an integer of 0 or more");
    limit = given->get<std::uint64_t>();
  }
  return world.log.json(limit);
}

Result<Json> clear_requests(World& world, const Json&) {
  world.log.clear();
  return Json::object();
}

Result<Json> reset(World& world, const Json&) {
  world.clock.reset();
  world.v1_token.clear();
  world.v2_tokens.clear();
  world.records.clear();
  world.windows.clear();
  world.idempotency.clear();
  world.faults.clear();
  world.log.clear();
  world.personas = built_in_personas();
  return Json::object();
}

struct Operation {
  std::string_view name;
  Result<Json> (*run)(World&, const Json&);
  bool reads_only;          // GET will do
  std::string_view fields;  // the only ones it takes; "*": it checks them itself
};
constexpr std::array<Operation, 13> operations{{
    {"info", info, true, ""},
    {"personas", personas, true, ""},
    {"verify", verify, false, "*"},
    {"add_person", add_person, false, "*"},
    {"open_window", open_window, false, "*"},
    {"close_window", close_window, false, "*"},
    {"otp", otp, false, "id"},
    {"fault", fault, false, "*"},
    {"clear_faults", clear_faults, false, ""},
    {"advance", advance, false, "ms"},
    {"requests", requests, true, "limit"},
    {"clear_requests", clear_requests, false, ""},
    {"reset", reset, false, ""},
}};

std::vector<std::string_view> names_of_operations() {
  std::vector<std::string_view> names;
  for (const auto& operation : operations) names.push_back(operation.name);
  return names;
}

const Operation* find_operation(std::string_view name) noexcept {
  for (const auto& operation : operations) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
}

Answer refusal(unsigned status, const Error& error) {
  Answer answer;
  answer.status = status;
  answer.body =
      write_json(Json{{"error", {{"kind", error.name()}, {"message", error.message}, {"parameter", error.parameter}}}});
  return answer;
}

/// What the window in somebody's browser does: it opens and ends an attempt of its own, as anybody may at PortOne.
bool is_windows(const Operation& operation) noexcept {
  return operation.name == "open_window" || operation.name == "close_window" || operation.name == "personas";
}

/// Why this caller may not do that; nullptr: they may. Whoever shows the token may do everything. Whoever calls from
/// loopback by a name of loopback may too. Where remote callers are let in, anybody's browser may do what the window
/// does. A page of another site in a developer's browser may nothing: it names its own origin, and, with DNS rebinding,
/// its own host.
const char* refused(const World& world, const Request& request, const Operation* operation) {
  const auto& options = world.options;
  if (!request.origin.empty() && request.origin != "http://" + std::string(request.host) &&
      request.origin != options.public_url) {
    return "other origins may not control the sandbox";
  }
  if (!options.token.empty() && same_secret(request.token, options.token)) return nullptr;
  const auto host = host_in_header(request.host);
  // Behind a proxy on this machine every request comes from loopback.
  const bool proxied = !options.public_url.empty() && !names_loopback(host_in_url(options.public_url));
  if (!proxied && request.from_loopback && names_loopback(host)) return nullptr;
  if (!options.allow_remote) {
    return request.from_loopback ? "the sandbox is controlled by a name of loopback only"
                                 : "the sandbox is controlled from loopback only";
  }
  if (operation == nullptr || !is_windows(*operation)) {
    return "the sandbox is controlled from elsewhere with the header `Sandbox-Token`";
  }
  const bool known = names_loopback(host) || is_address(host) || host == host_in_url(world.url);
  return known ? nullptr : "the sandbox does not know this host: start it with the address that the browser opens";
}

}  // namespace

std::vector<WordList> word_lists() {
  static const auto personas = built_in_personas();
  WordList names{"persona", {}};
  for (const Persona& persona : personas) names.words.push_back(persona.name);
  return {names, {"fault", fault_kinds()}, {"sandbox_operation", names_of_operations()}};
}

Result<Json> control(World& world, std::string_view name, const Json& arguments) {
  const Operation* operation = find_operation(name);
  if (!operation) return bad_parameter("operation", unknown("operation", name, names_of_operations()));
  if (operation->fields != "*") {
    for (const auto& [field, value] : arguments.items()) {
      if (field == operation->fields) continue;
      const std::vector<std::string_view> known(operation->fields.empty() ? 0 : 1, operation->fields);
      return bad_parameter(field, unknown("field", field, known));
    }
  }
  return operation->run(world, arguments);
}

Answer hello(World&, const Request&, std::string_view) {
  Answer answer;
  answer.body = R"({"sandbox":"bonin"})";
  return answer;
}

Answer serve_control(World& world, const Request& request) {
  const auto name = request.path.substr(std::string_view("/sandbox/").size());
  const Operation* operation = find_operation(name);
  if (const char* why = refused(world, request, operation)) {
    return refusal(403, make_error(ErrorKind::forbidden, why));
  }
  if (!operation) return refusal(404, bad_parameter("operation", unknown("operation", name, names_of_operations())));
  Json arguments = Json::object();
  if (request.method == "POST") {
    auto body = request.body.empty() ? Json::object() : read_json(request.body);
    if (!body || !body->is_object()) return refusal(400, bad_parameter("json", "must be a JSON object"));
    arguments = std::move(*body);
  } else if (request.method == "GET" && operation->reads_only) {
    for (const auto& [field, value] : read_form(request.query)) {
      auto number = read_json(value);
      arguments[field] = number ? std::move(*number) : Json(value);
    }
  } else {
    return refusal(404, bad_parameter("method", "this operation takes POST"));
  }
  auto result = control(world, name, arguments);
  if (!result) return refusal(result.error().kind == ErrorKind::invalid_argument ? 400 : 500, result.error());
  Answer answer;
  answer.body = write_json(result.value());
  return answer;
}

}  // namespace bonin::sandbox
