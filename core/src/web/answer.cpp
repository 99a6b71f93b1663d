#include <algorithm>
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

constexpr std::size_t longest_address = 2'000;

/// A browser that was redirected prefers HTML; a script does not.
bool wants_page(const Asked& asked) {
  const bool reads = asked.method == "GET" || asked.method == "HEAD";
  return reads && wish(asked.accept, "text/html") > wish(asked.accept, "application/json");
}

void fill(Answer& out, const Asked& asked, const Page& page) {
  const bool english = wish(asked.accept_language, "en") > wish(asked.accept_language, "ko");
  out.headers.insert(out.headers.end(), page_headers().begin(), page_headers().end());
  out.body = page_of(page, english ? Language::english : Language::korean);
}

void fill(Answer& out, std::string json) {
  out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  out.body = std::move(json);
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
    nlohmann::ordered_json one{
        {"code", finding.code}, {"reason", finding.reason}, {"ko", finding.ko}, {"en", finding.en}};
    if (finding.until) one["until"] = to_string(*finding.until);
    findings.push_back(std::move(one));
  }
  return nlohmann::ordered_json{
      {"allowed", false}, {"code", row.name}, {"ko", row.ko}, {"en", row.en}, {"findings", std::move(findings)}}
      .dump();
}

bool is_retry_url(std::string_view text) noexcept {
  const auto printable = [](char c) { return c > ' ' && c < 0x7F && c != '\\'; };
  if (text.size() > longest_address || !std::all_of(text.begin(), text.end(), printable)) return false;
  if (text.substr(0, 1) == "/") return text.substr(0, 2) != "//";
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.substr(0, scheme.size()) == scheme) return text.size() > scheme.size() && text[scheme.size()] != '/';
  }
  return false;
}

Answer answer(const Refusal& refusal, const Asked& asked) {
  const auto& row = info(refusal.code);
  Answer out{row.status, headers_of(refusal), {}};
  if (wants_page(asked)) {
    fill(out, asked, {row.ko, row.en, refusal.findings, asked.retry_url, "다시 시도하기", "Try again"});
  } else {
    fill(out, json_of(refusal));
  }
  return out;
}

Answer answer_again(const Asked& asked) {
  Answer out{200, headers_of_all(), {}};
  if (wants_page(asked)) {
    fill(out, asked,
         {"이미 가입을 마치셨습니다.", "You have already signed up.", {}, asked.retry_url, "돌아가기", "Go back"});
  } else {
    fill(out, nlohmann::ordered_json{{"allowed", true}, {"again", true}}.dump());
  }
  return out;
}

}  // namespace bonin::web
