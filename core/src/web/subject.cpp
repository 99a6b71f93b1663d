// The subject where the application names none: a random id in a cookie, which ties a flow to the browser that began
// it.

#include <algorithm>

#include "bonin/web.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

constexpr std::string_view cookie = "bonin_subject=";
constexpr std::size_t length = 32;

bool is_subject(std::string_view text) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string subject_of(const std::vector<std::string>& cookie_headers) {
  std::string found;
  for (const auto& header : cookie_headers) {
    for (const auto part : split(header, ';')) {
      const auto pair = trim(part);
      if (pair.substr(0, cookie.size()) != cookie) continue;
      const auto value = trim(pair.substr(cookie.size()));
      if (!is_subject(value) || (!found.empty() && found != value)) return {};
      found = value;
    }
  }
  return found;
}

std::string subject_cookie(std::string_view subject, bool secure) {
  return std::string(cookie).append(subject) + "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
}

}  // namespace bonin::web
