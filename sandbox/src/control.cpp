// The sandbox's own operations: what tests and the `Sandbox` classes drive it with.

#include <array>
#include <vector>

#include "bonin/words.hpp"
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

/// Does the Host header name a loopback host? A page with DNS rebinding sends its own name instead.
bool names_loopback(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && host.back() != ']') host = host.substr(0, colon);
  const bool v4 = host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host.empty() || host == "localhost" || host == "[::1]" || v4;
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

Answer serve_control(World& world, const Request& request) {
  if (!request.from_loopback) {
    return refusal(403, make_error(ErrorKind::forbidden, "the sandbox is controlled from loopback only"));
  }
  // A page of another site in the developer's browser must not control the sandbox.
  if (!request.origin.empty() && request.origin != "http://" + std::string(request.host)) {
    return refusal(403, make_error(ErrorKind::forbidden, "other origins may not control the sandbox"));
  }
  if (!names_loopback(request.host)) {
    return refusal(403, make_error(ErrorKind::forbidden, "the sandbox is controlled by a name of loopback only"));
  }
  const auto name = request.path.substr(std::string_view("/sandbox/").size());
  const Operation* operation = find_operation(name);
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
