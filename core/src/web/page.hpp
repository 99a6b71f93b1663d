#pragma once
// The page of a refusal: for a browser that was redirected here, where no script of the application runs.

#include "bonin/web.hpp"

namespace bonin::web {

/// The page's <style>. Its Content-Security-Policy names the style's hash.
extern const std::string_view page_style;

/// Content-Type, Content-Security-Policy and Referrer-Policy.
const Headers& page_headers();

/// The whole document. Every text in it is escaped.
std::string page_of(const Refusal& refusal, Language language);

}  // namespace bonin::web
