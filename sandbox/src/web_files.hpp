#pragma once
// The files of sandbox/web/, put in here by sandbox/embed.cmake.

#include <string_view>

namespace bonin::sandbox::web_files {

extern const std::string_view opener_js;
extern const std::string_view iamport_js;
extern const std::string_view browser_sdk_js;
extern const std::string_view index_html;
extern const std::string_view index_css;
extern const std::string_view index_js;
extern const std::string_view window_html;
extern const std::string_view window_css;
extern const std::string_view window_js;

}  // namespace bonin::sandbox::web_files
