#include <charconv>
#include <nlohmann/json.hpp>

#include "bonin/web.hpp"
#include "web/page.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

/// Thousandths of a `q=0.8`; what cannot be read counts as 1.
int thousandths(std::string_view quality) {
  if (quality.empty() || (quality[0] != '0' && quality[0] != '1')) return 1000;
  int out = (quality[0] - '0') * 1000;
  if (quality.size() == 1) return out;
  if (quality[1] != '.' || quality.size() > 5) return 1000;
  for (std::size_t i = 2, worth = 100; i < quality.size(); ++i, worth /= 10) {
    if (quality[i] < '0' || quality[i] > '9') return 1000;
    out += (quality[i] - '0') * static_cast<int>(worth);
  }
  return out;
}

/// The quality that an Accept or Accept-Language header gives to a value, 0 to 1000. The most specific entry counts.
int wish(std::string_view header, std::string_view wanted) {
  const auto lowered = lower(header);
  const bool is_type = wanted.find('/') != std::string_view::npos;
  const auto group = std::string(wanted.substr(0, wanted.find('/'))) + "/*";
  int closest = -1;
  int found = 0;
  for (const auto entry : split(lowered, ',')) {
    const auto parts = split(entry, ';');
    if (parts.empty()) continue;
    const auto name = trim(parts[0]);
    int close = -1;
    if (name == "*" || name == "*/*") close = 0;
    if (is_type ? name == group : name.substr(0, wanted.size() + 1) == std::string(wanted) + "-") close = 1;
    if (name == wanted) close = 2;
    if (close < 0) continue;
    int quality = 1000;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto parameter = trim(parts[i]);
      if (parameter.substr(0, 2) == "q=") quality = thousandths(parameter.substr(2));
    }
    if (close > closest || (close == closest && quality > found)) found = quality;
    closest = std::max(close, closest);
  }
  return found;
}

}  // namespace

const Headers& headers_of_all() {
  static const Headers headers{{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return headers;
}

Headers headers_of(const Refusal& refusal) {
  Headers headers = headers_of_all();
  if (refusal.retry_after_s) headers.emplace_back("Retry-After", std::to_string(*refusal.retry_after_s));
  if (!refusal.allow.empty()) headers.emplace_back("Allow", refusal.allow);
  return headers;
}

std::string json_of(const Refusal& refusal) {
  const auto& row = info(refusal.code);
  auto findings = nlohmann::ordered_json::array();
  for (const auto& finding : refusal.findings) {
    findings.push_back({{"code", finding.code}, {"reason", finding.reason}, {"ko", finding.ko}, {"en", finding.en}});
  }
  return nlohmann::ordered_json{
      {"allowed", false}, {"code", row.name}, {"ko", row.ko}, {"en", row.en}, {"findings", std::move(findings)}}
      .dump();
}

Answer answer(const Refusal& refusal, std::string_view method, std::string_view accept,
              std::string_view accept_language) {
  Answer out;
  out.status = info(refusal.code).status;
  out.headers = headers_of(refusal);
  const bool reads = method == "GET" || method == "HEAD";
  if (reads && wish(accept, "text/html") > wish(accept, "application/json")) {
    const bool english = wish(accept_language, "en") > wish(accept_language, "ko");
    out.headers.insert(out.headers.end(), page_headers().begin(), page_headers().end());
    out.body = page_of(refusal, english ? Language::english : Language::korean);
  } else {
    out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    out.body = json_of(refusal);
  }
  return out;
}

}  // namespace bonin::web
