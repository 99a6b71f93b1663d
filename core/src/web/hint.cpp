// What to look at when browsers are refused for whose flow it is. Each is a mistake that many make once, or an attack.

#include <algorithm>
#include <array>

#include "bonin/web.hpp"

namespace bonin::web {
namespace {

struct Hint {
  std::string_view reason;  // of a finding `begun`
  std::string_view text;
};

constexpr std::array<Hint, 4> hints{{
    {"no_cookie",
     "a browser brought an identity verification without the cookie that `begin` set. A page of another site needs "
     "`credentials: 'include'`, CORS with credentials, and a cookie with SameSite=None; Partitioned helps in a frame. "
     "A "
     "client without cookies sends the header Bonin-Subject"},
    {"foreign",
     "an identity verification was brought by another subject than the one that it was begun for, or its id was not "
     "made by `begin`. `subject` must answer the same at both: the id of a session that is not saved yet is another "
     "one "
     "in each request"},
    {"expired",
     "an identity verification was brought more than an hour after it was begun. If it was not, the clocks of two "
     "machines differ"},
    {"other_channel",
     "an identity verification was finished on another channel than the one that it was begun for. See whether the "
     "page "
     "changes `channelKey`"},
}};

}  // namespace

std::string hint_of(const std::vector<Finding>& shown) {
  for (const auto& finding : shown) {
    if (finding.reason == "not_supplied") {
      return "the rule `" + finding.code + "` at `" + finding.pointer +
             "` of the policy was not given what it judges by, so that nobody passes: answer what it compares with "
             "from "
             "the `expect` of the routes or of `verify`, give `evaluate` the `standing` that a rule about accounts "
             "asks "
             "for, or take the rule out of the policy";
    }
    if (finding.code != "begun") continue;
    const auto* const hint =
        std::find_if(hints.begin(), hints.end(), [&](const Hint& one) { return one.reason == finding.reason; });
    return hint == hints.end() ? std::string() : std::string(hint->text);
  }
  return {};
}

}  // namespace bonin::web
