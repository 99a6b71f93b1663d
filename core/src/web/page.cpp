#include "web/page.hpp"

namespace bonin::web {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

const std::string_view page_style =
    ":root{color-scheme:light dark;font-family:system-ui,sans-serif;line-height:1.6;word-break:keep-all}"
    "body{margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:32rem;padding:1.5rem}"
    "h1{font-size:1.375rem;margin:0 0 .5rem}ul{margin:0;padding-left:1.25rem}p{margin:1.5rem 0 0}"
    "a{display:inline-block;padding:.75rem 1.25rem;border-radius:.75rem;background:#1d4ed8;color:#fff;"
    "text-decoration:none}";

const Headers& page_headers() {
  static const Headers headers{
      {"Content-Type", "text/html; charset=utf-8"},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'sha256-RnqmpG99fOuq3fB56RfhF2AHTDzs3SzKpCME0s2Kmkc='; base-uri 'none'; "
       "form-action 'none'; frame-ancestors 'none'"},
      {"Referrer-Policy", "no-referrer"},  // the address holds the id
  };
  return headers;
}

std::string page_of(const Page& page, Language language) {
  const bool korean = language == Language::korean;
  const auto title = escaped(korean ? page.ko : page.en);
  std::string findings;
  for (const auto& finding : page.findings) findings += "<li>" + escaped(korean ? finding.ko : finding.en) + "</li>";
  std::string out = "<!doctype html>\n<html lang=\"";
  out += korean ? "ko" : "en";
  out +=
      "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>";
  out += title + "</title>\n<style>";
  out.append(page_style) += "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n";
  if (!findings.empty()) out += "<ul>" + findings + "</ul>\n";
  if (!page.link.empty()) {
    out += "<p><a href=\"" + escaped(page.link) + "\">" + escaped(korean ? page.link_ko : page.link_en) + "</a></p>\n";
  }
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace bonin::web
