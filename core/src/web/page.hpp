#pragma once
// A page for a browser that was redirected here, where no script of the application runs.

#include "bonin/web.hpp"

namespace bonin::web {

/// The page's <style>. Its Content-Security-Policy names the style's hash.
extern const std::string_view page_style;

/// Content-Type, Content-Security-Policy and Referrer-Policy.
const Headers& page_headers();

/// What stands on it. `link`: where its button leads; empty: no button.
struct Page {
  std::string_view ko;
  std::string_view en;
  const std::vector<Finding>& findings;
  std::string_view link;
  std::string_view link_ko;
  std::string_view link_en;
};

/// The whole document. Every text in it is escaped.
std::string page_of(const Page& page, Language language);

}  // namespace bonin::web
