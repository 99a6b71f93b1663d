// Registry: who is kept out.

#include "registry.hpp"
#include "registry_operation.hpp"

namespace registry_methods {
namespace {

bonin::Who who(Arguments& arguments) {
  bonin::Who who;
  arguments.own_id("account_id", who.account_id);
  if (const auto given = arguments.find("verification")) who.verification = to_verification(given, "verification");
  if (const auto given = arguments.find("person")) who.person = to_integer(given, "person");
  return who;
}

}  // namespace

void add_bans(py::class_<Registry>& cls) {
  operation<bonin::Done>(
      cls, "ban", {},
      [](Arguments& a) {
        std::optional<bonin::Moment> until;
        std::string reason;
        a.moment("until", until);
        a.text("reason", reason);
        return [who = who(a), until, reason](auto& r, auto done, auto& call) {
          return r.ban(who, until, reason, std::move(done), call);
        };
      },
      nothing, "*, account_id=None, verification=None, person=None, until=None, reason=None, timeout_ms=None",
      "Keeps a person out until a moment (an aware datetime), or for ever. The person: one of an account, a "
      "verification "
      "and a number from export(). `reason` is the operator's own: write nothing personal.");
  operation<bool>(
      cls, "unban", {},
      [](Arguments& a) {
        return [who = who(a)](auto& r, auto done, auto& call) { return r.unban(who, std::move(done), call); };
      },
      as_it_is, "*, account_id=None, verification=None, person=None, timeout_ms=None", "False: there was no ban.");
}

}  // namespace registry_methods
