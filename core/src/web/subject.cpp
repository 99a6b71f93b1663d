// The subject where the application names none: a random id in a cookie or in an app's own keeping, which ties a flow
// to the browser or the app that began it.

#include <algorithm>
#include <array>

#include "bonin/web.hpp"
#include "model/invalid_argument.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

constexpr std::string_view plain_name = "bonin_subject";
constexpr std::string_view host_name = "__Host-bonin_subject";
constexpr std::size_t length = 32;
constexpr std::array<std::string_view, 3> same_sites{"Strict", "Lax", "None"};
constexpr std::size_t longest_domain = 253;

bool is_subject(std::string_view text) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Browsers keep such a cookie only if it is secure.
bool must_be_secure(const SubjectCookie& cookie) { return cookie.same_site == "None" || cookie.partitioned; }

bool is_secure(const SubjectCookie& cookie, bool https) {
  return cookie.secure.value_or(https || must_be_secure(cookie));
}

std::string_view name_of(const SubjectCookie& cookie, bool https) {
  return is_secure(cookie, https) && cookie.domain.empty() ? host_name : plain_name;
}

bool is_domain(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return text.size() <= longest_domain && text.find('.') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), fits);
}

std::string of_cookies(const std::vector<std::string>& headers, std::string_view name) {
  std::string found;
  for (const auto& header : headers) {
    for (const auto part : split(header, ';')) {
      const auto pair = trim(part);
      if (pair.substr(0, name.size()) != name || pair.substr(name.size(), 1) != "=") continue;
      const auto value = trim(pair.substr(name.size() + 1));
      if (!is_subject(value) || (!found.empty() && found != value)) return {};
      found = value;
    }
  }
  return found;
}

}  // namespace

Result<Done> check(const SubjectCookie& cookie) {
  if (std::find(same_sites.begin(), same_sites.end(), cookie.same_site) == same_sites.end()) {
    return invalid_argument("cookie.same_site", "`cookie.same_site` must be `Strict`, `Lax` or `None`");
  }
  if (must_be_secure(cookie) && cookie.secure == false) {
    return invalid_argument("cookie.secure",
                            "`cookie.secure` must not be false: browsers drop a cookie that is `SameSite=None` or "
                            "partitioned and not secure");
  }
  if (!cookie.domain.empty() && !is_domain(cookie.domain)) {
    return invalid_argument("cookie.domain", "`cookie.domain` must be a domain such as `shop.example`");
  }
  return Done{};
}

std::string subject_of(const Asker& asker, const SubjectCookie& cookie) {
  if (asker.tokens.empty()) return of_cookies(asker.cookies, name_of(cookie, asker.secure));
  const auto token = trim(asker.tokens[0]);
  return asker.tokens.size() == 1 && is_subject(token) ? std::string(token) : std::string();
}

std::pair<std::string, std::string> subject_header(std::string_view subject, const Asker& asker,
                                                   const SubjectCookie& cookie) {
  if (!asker.tokens.empty()) return {std::string(subject_header_name), std::string(subject)};
  std::string text(name_of(cookie, asker.secure));
  text.append("=").append(subject).append("; Path=/; HttpOnly; SameSite=").append(cookie.same_site);
  if (!cookie.domain.empty()) text.append("; Domain=").append(cookie.domain);
  if (is_secure(cookie, asker.secure)) text += "; Secure";
  if (cookie.partitioned) text += "; Partitioned";
  return {"Set-Cookie", std::move(text)};
}

}  // namespace bonin::web
