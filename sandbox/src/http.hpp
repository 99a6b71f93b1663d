#pragma once
// One request and its answer, as the handlers see them: no sockets here.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bonin::sandbox {

/// Views into the connection's buffers, valid while the request is handled.
struct Request {
  std::string_view method;
  std::string_view path;   // as it came, without the query
  std::string_view query;  // as it came, without `?`
  std::string_view authorization;
  bool has_authorization = false;
  std::string_view tier;
  std::string_view idempotency_key;
  std::string_view content_type;
  std::string_view origin;
  std::string_view host;
  std::string_view token;  // `Sandbox-Token`
  std::string_view body;
  std::uint64_t connection = 0;
  bool from_loopback = true;
};

/// What is sent back. `shared` wins over `body`: a record's text is made once and sent many times.
struct Answer {
  unsigned status = 200;
  std::string body;
  std::shared_ptr<const std::string> shared;
  std::string_view content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;

  const std::string& text() const noexcept { return shared ? *shared : body; }
};

/// `%41` and, in forms, `+`. A broken escape stays as it is.
std::string percent_decode(std::string_view text, bool form);

/// The fields of a form or of a query. The last of equal names wins.
using Form = std::map<std::string, std::string, std::less<>>;
Form read_form(std::string_view text);

/// The value of one field of a query, or "".
std::string query_value(std::string_view query, std::string_view name);

/// Shell-like: `*` stands for any text.
bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

std::string_view reason_phrase(unsigned status) noexcept;

}  // namespace bonin::sandbox
