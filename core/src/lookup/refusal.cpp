#include "lookup/refusal.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace bonin {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_message = 500;

/// At most so many bytes, whole characters of UTF-8 only.
std::string shortened(std::string_view text) {
  std::size_t end = std::min(text.size(), longest_message);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::string text_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? shortened(found->get_ref<const std::string&>()) : std::string{};
}

/// A code is printed, so it must look like one.
std::string code_of(std::string code) {
  const bool plain = std::all_of(code.begin(), code.end(), [](unsigned char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
  return plain && code.size() <= 64 ? code : std::string{};
}

Error of_status(int status, bool from_portone) {
  if (status >= 300 && status < 400) {
    return make_error(ErrorKind::redirect_refused, "the server redirects, which PortOne's API never does");
  }
  if (status == 401) {
    return make_error(ErrorKind::unauthorized, "PortOne refused the credentials");
  }
  if (status == 403) {
    return make_error(ErrorKind::forbidden, "PortOne does not allow this to these credentials");
  }
  if (status == 429) {
    return make_error(ErrorKind::throttled, "PortOne is throttling");
  }
  if (status >= 500 || status == 408) {
    return make_error(ErrorKind::unavailable, "PortOne is not available");
  }
  if (!from_portone) {
    // A 404 page of a proxy says nothing about the id.
    return make_error(ErrorKind::unreadable_answer, "the answer is not PortOne's");
  }
  if (status == 404) {
    return make_error(ErrorKind::not_found, "PortOne knows nothing of that id");
  }
  if (status == 409) {
    return make_error(ErrorKind::conflict, "the verification is past that step; look the id up to see where it stands");
  }
  return make_error(ErrorKind::rejected, "PortOne refused the request");
}

/// What V1 says of an id that it does not know.
constexpr std::string_view v1_not_there = "인증결과가 존재하지 않습니다.";

Error v1_nothing() { return make_error(ErrorKind::not_found, "PortOne knows nothing of that id"); }

struct V1Body {
  std::int64_t code = 0;
  std::string message;
  bool no_response = false;
};

/// Nothing, unless it is V1's envelope.
std::optional<V1Body> v1_body(const Response& response) {
  const auto json = Json::parse(response.body, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto code = json.find("code");
  if (code == json.end() || !code->is_number_integer()) return std::nullopt;
  const auto answer = json.find("response");
  return V1Body{code->get<std::int64_t>(), text_of(json, "message"), answer != json.end() && answer->is_null()};
}

/// A status that says nothing about credentials, load or the server's health.
bool about_the_id(int status) {
  return status >= 400 && status < 500 && status != 401 && status != 403 && status != 408 && status != 429;
}

/// The code of a message such as `[0086] ...`, by which V1 passes on the provider's own. Empty if there is none.
std::string code_in_brackets(std::string_view message) {
  const auto end = message.find(']');
  if (message.empty() || message[0] != '[' || end == std::string_view::npos) return {};
  return code_of(std::string(message.substr(1, end - 1)));
}

/// The error with V1's own words.
Error told(Error error, const V1Body& body) {
  error.portone_code = std::to_string(body.code);
  error.portone_message = body.message;
  return error;
}

}  // namespace

Error v1_refusal(const Response& response) {
  const auto body = v1_body(response);
  if (!body) return of_status(response.status, false);
  const bool nothing = body->code == -1 && body->no_response && about_the_id(response.status);
  return told(nothing || body->message == v1_not_there ? v1_nothing() : of_status(response.status, true), *body);
}

Error v1_otp_refusal(const Response& response) {
  const auto body = v1_body(response);
  if (!body) return of_status(response.status, false);
  if (response.status < 500) return told(of_status(response.status, true), *body);
  Error error = told(make_error(ErrorKind::provider_failed, "the identity provider refused"), *body);
  error.pg_code = code_in_brackets(body->message);
  error.pg_message = body->message;
  return error;
}

Error v2_refusal(const Response& response) {
  const auto body = Json::parse(response.body, nullptr, false);
  const auto type = body.is_object() ? text_of(body, "type") : std::string{};
  Error error = of_status(response.status, !type.empty());
  if (type.empty()) return error;
  error.portone_code = code_of(type);
  error.portone_message = text_of(body, "message");
  error.pg_code = code_of(text_of(body, "pgCode"));
  error.pg_message = text_of(body, "pgMessage");
  if (type == "PG_PROVIDER") {
    error.kind = ErrorKind::provider_failed;
    error.message = "the identity provider refused";
  } else if (type == "CHANNEL_NOT_FOUND") {
    error.message = "PortOne knows no such channel";
  } else if (type == "IDENTITY_VERIFICATION_NOT_SENT") {
    error.message = "the verification was not begun by `send`";
  } else if (type == "IDENTITY_VERIFICATION_ALREADY_SENT") {
    error.message = "the verification was sent already";
  } else if (type == "IDENTITY_VERIFICATION_ALREADY_VERIFIED") {
    error.message = "the verification is verified already";
  } else if (type == "MAX_TRANSACTION_COUNT_REACHED") {
    error.message = "the verification was tried too often";
  } else if (type == idempotency_outstanding) {
    error.message = "the first request is still under way";
  }
  return error;
}

Error v1_failure(std::int64_t code, std::string_view message, bool nothing) {
  const bool not_there = (nothing && code == -1) || message == v1_not_there;
  auto error = not_there ? v1_nothing() : make_error(ErrorKind::rejected, "PortOne refused the request");
  error.http_status = 200;
  error.portone_code = std::to_string(code);
  error.portone_message = shortened(message);
  return error;
}

}  // namespace bonin
