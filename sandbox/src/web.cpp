// What a browser gets: stand-ins of PortOne's two scripts, the window that they open, and the page that says what the
// sandbox is.

#include <string>

#include "web_files.hpp"
#include "world.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::string_view script_type = "text/javascript; charset=utf-8";
constexpr std::string_view style_type = "text/css; charset=utf-8";

/// The pages' policy: each talks to its own origin only, is not framed, and runs no script from its address.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

Answer file(std::string_view text, std::string_view type) {
  Answer answer;
  answer.body = text;
  answer.content_type = type;
  answer.headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-cache"}};
  return answer;
}

Answer page(std::string_view text) {
  auto answer = file(text, "text/html; charset=utf-8");
  answer.headers.emplace_back("Content-Security-Policy", page_policy);
  answer.headers.emplace_back("Referrer-Policy", "same-origin");
  return answer;
}

/// One script of two files that share a scope of their own: nothing but the API's name reaches the page.
Answer script(std::string_view api) {
  std::string text = "(() => {\n'use strict';\n";
  text += web_files::opener_js;
  text += api;
  text += "})();\n";
  return file(text, script_type);
}

}  // namespace

Answer v1_script(World&, const Request&, std::string_view) { return script(web_files::iamport_js); }
Answer v2_script(World&, const Request&, std::string_view) { return script(web_files::browser_sdk_js); }

Answer index_page(World&, const Request&, std::string_view) { return page(web_files::index_html); }
Answer index_style(World&, const Request&, std::string_view) { return file(web_files::index_css, style_type); }
Answer index_code(World&, const Request&, std::string_view) { return file(web_files::index_js, script_type); }

Answer window_page(World&, const Request&, std::string_view) { return page(web_files::window_html); }
Answer window_style(World&, const Request&, std::string_view) { return file(web_files::window_css, style_type); }
Answer window_code(World&, const Request&, std::string_view) { return file(web_files::window_js, script_type); }

}  // namespace bonin::sandbox
