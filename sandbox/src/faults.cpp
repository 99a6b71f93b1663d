#include "faults.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "bonin/words.hpp"

namespace bonin::sandbox {
namespace {

struct Kind {
  std::string_view name;
  FaultKind kind;
  bool effect;  // unless said otherwise
};
constexpr std::array<Kind, 9> kinds{{
    {"delay", FaultKind::delay, true},
    {"status", FaultKind::status, false},
    {"respond", FaultKind::respond, false},
    {"reset", FaultKind::reset, false},
    {"cut", FaultKind::cut, true},
    {"garbage", FaultKind::garbage, false},
    {"drip", FaultKind::drip, true},
    {"reset_after_idle", FaultKind::reset_after_idle, true},
    {"ready", FaultKind::ready, true},
}};

constexpr std::array<std::string_view, 2> match_fields{"method", "path"};
constexpr std::array<std::string_view, 10> fault_fields{"match",  "kind",  "times",   "after", "delay_ms",
                                                        "status", "bytes", "headers", "body",  "effect"};

/// No line break may enter the head of an answer by way of a scripted header.
bool header_safe(std::string_view text) noexcept {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

Result<std::int64_t> integer(const Json& value, const std::string& name, std::int64_t least, std::int64_t most) {
  const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                                               : value.is_number_integer() && value.get<std::int64_t>() <= most;
  if (!fits || value.get<std::int64_t>() < least) {
    return bad_parameter(name, "must be an integer from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value.get<std::int64_t>();
}

}  // namespace

std::vector<std::string_view> fault_kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kinds) names.push_back(kind.name);
  return names;
}

namespace {

/// A fault while it is read, and what its arguments said so far.
struct Reading {
  Fault fault;
  bool has_kind = false;
  std::optional<bool> effect;
};

std::optional<Error> read_match(const Json& match, Fault& fault) {
  if (!match.is_object()) return bad_parameter("match", "must be an object");
  for (const auto& [key, text] : match.items()) {
    if (key != "method" && key != "path") return bad_parameter("match." + key, unknown("field", key, match_fields));
    if (!text.is_string()) return bad_parameter("match." + key, "must be a string");
    if (text.get_ref<const std::string&>().size() > 1'000) return bad_parameter("match." + key, "is too long");
    (key == "method" ? fault.method : fault.path) = text.get<std::string>();
  }
  return std::nullopt;
}

std::optional<Error> read_kind(const Json& name, Reading& reading) {
  const auto text = name.is_string() ? name.get<std::string>() : std::string();
  const auto* const kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) { return one.name == text; });
  if (kind == kinds.end()) return bad_parameter("kind", unknown("kind of fault", text, fault_kinds()));
  reading.fault.kind = kind->kind;
  reading.fault.effect = kind->effect;
  reading.has_kind = true;
  return std::nullopt;
}

std::optional<Error> read_headers(const Json& headers, Fault& fault) {
  if (!headers.is_object()) return bad_parameter("headers", "must be an object of strings");
  for (const auto& [key, text] : headers.items()) {
    if (!text.is_string()) return bad_parameter("headers." + key, "must be a string");
    if (key.empty() || !header_safe(key) || !header_safe(text.get_ref<const std::string&>())) {
      return bad_parameter("headers", "must hold no control character");
    }
    fault.headers[key] = text.get<std::string>();
  }
  return std::nullopt;
}

/// A whole number within its limits, into `into`.
template <class Number>
std::optional<Error> read_number(const Json& value, const std::string& name, std::int64_t least, std::int64_t most,
                                 Number& into) {
  auto read = integer(value, name, least, most);
  if (!read) return std::move(read).error();
  into = static_cast<Number>(read.value());
  return std::nullopt;
}

std::optional<Error> read_field(const std::string& name, const Json& value, Reading& reading) {
  constexpr std::int64_t most = 1'000'000'000;
  Fault& fault = reading.fault;
  if (name == "match") return read_match(value, fault);
  if (name == "kind") return read_kind(value, reading);
  if (name == "times") return read_number(value, name, 1, most, fault.times);
  if (name == "after") return read_number(value, name, 0, most, fault.after);
  if (name == "delay_ms") return read_number(value, name, 0, 600'000, fault.delay_ms);
  if (name == "status") return read_number(value, name, 100, 999, fault.status.emplace());
  if (name == "bytes") return read_number(value, name, 0, most, fault.bytes.emplace());
  if (name == "headers") return read_headers(value, fault);
  if (name == "body") {
    fault.body = value.is_string() ? value.get<std::string>() : write_json(value);
    return std::nullopt;
  }
  if (name != "effect") return bad_parameter(name, unknown("field", name, fault_fields));
  if (!value.is_boolean()) return bad_parameter("effect", "must be true or false");
  reading.effect = value.get<bool>();
  return std::nullopt;
}

}  // namespace

Result<Fault> read_fault(const Json& arguments) {
  Reading reading;
  for (const auto& [name, value] : arguments.items()) {
    if (auto error = read_field(name, value, reading)) return std::move(*error);
  }
  Fault& fault = reading.fault;
  if (!reading.has_kind) return bad_parameter("kind", "is required");
  if (reading.effect) fault.effect = *reading.effect;
  const bool needs_answer = fault.kind == FaultKind::delay || fault.kind == FaultKind::reset_after_idle ||
                            fault.kind == FaultKind::ready ||
                            ((fault.kind == FaultKind::cut || fault.kind == FaultKind::drip) && !fault.body);
  if (needs_answer && !fault.effect) return bad_parameter("effect", "must be true: this fault sends the real answer");
  return std::move(fault);
}

std::uint64_t Faults::add(Fault fault) {
  fault.id = next_++;
  faults_.push_back(std::move(fault));
  return faults_.back().id;
}

std::optional<Fault> Faults::take(std::string_view method, std::string_view path) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if ((!fault->method.empty() && fault->method != method) || !glob_matches(fault->path, path)) continue;
    if (fault->after > 0) {
      --fault->after;
      continue;
    }
    Fault hit = *fault;
    if (--fault->times == 0) faults_.erase(fault);
    return hit;
  }
  return std::nullopt;
}

Answer faulty_answer(const Fault& fault, std::string_view path) {
  Answer answer;
  answer.status = fault.status.value_or(fault.kind == FaultKind::status ? 503 : 200);
  for (const auto& [name, value] : fault.headers) answer.headers.emplace_back(name, value);
  if (fault.body) {
    answer.body = *fault.body;
  } else if (fault.kind == FaultKind::status) {
    const bool v1 = path.substr(0, 15) == "/certifications" || path.substr(0, 7) == "/users/";
    if (v1) {
      answer.body = R"({"code":-1,"message":"sandbox: scripted fault","response":null})";
    } else {
      const char* type = answer.status == 400   ? "INVALID_REQUEST"
                         : answer.status == 401 ? "UNAUTHORIZED"
                         : answer.status == 403 ? "FORBIDDEN"
                         : answer.status == 404 ? "IDENTITY_VERIFICATION_NOT_FOUND"
                         : answer.status == 409 ? "IDENTITY_VERIFICATION_ALREADY_VERIFIED"
                                                : "SANDBOX_FAULT";
      answer.body = write_json(Json{{"type", type}, {"message", "sandbox: scripted fault"}});
    }
  }
  return answer;
}

}  // namespace bonin::sandbox
