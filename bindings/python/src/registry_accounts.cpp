// Registry: who holds which account.

#include "registry.hpp"
#include "registry_operation.hpp"

namespace registry_methods {
namespace {

using ClaimCall = Call (Registry::*)(const bonin::Verification&, std::string_view, const Registry::ClaimOptions&,
                                     Callback<Claim>, const CallOptions&) const;
template <ClaimCall claim>
void add_claim(py::class_<Registry>& cls, const char* name, const char* doc) {
  operation<Claim>(
      cls, name, {"verification", "account_id"},
      [](Arguments& a) {
        Registry::ClaimOptions options;
        a.own_id("subject", options.subject);
        return [v = verification(a), account = own_id(a, "account_id"), options](auto& r, auto done, auto& call) {
          return (r.*claim)(*v, account, options, std::move(done), call);
        };
      },
      in_python, "verification, account_id, *, subject=None, timeout_ms=None", doc);
}

}  // namespace

void add_accounts(py::class_<Registry>& cls) {
  operation<std::optional<std::string>>(
      cls, "find", {"verification"},
      [](Arguments& a) {
        return [v = verification(a)](auto& r, auto done, auto& call) { return r.find(*v, std::move(done), call); };
      },
      text_if_any, "verification, *, timeout_ms=None",
      "The account of this person, or None. Conflict when CI and DI lead to two persons.");
  add_claim<&Registry::claim>(cls, "claim",
                              "Makes the account this person's: a Claim that is granted; saying it again answers "
                              "`existing`. Raises ClaimRefused "
                              "when nothing was granted. `subject`: who signs up, which lets the claim of a "
                              "reservation's own subject through.");
  add_claim<&Registry::try_claim>(cls, "try_claim", "As claim(), and a refusal is an answer: ask `.granted`.");
  operation<bool>(
      cls, "match", {"verification", "account_id"},
      [](Arguments& a) {
        return [v = verification(a), account = own_id(a, "account_id")](auto& r, auto done, auto& call) {
          return r.match(*v, account, std::move(done), call);
        };
      },
      as_it_is, "verification, account_id, *, timeout_ms=None",
      "Is this the person who holds the account? False for whatever cannot be proved.");
  operation<bool>(
      cls, "release", {"account_id"},
      [](Arguments& a) {
        const auto name = "rejoin_after_ms";
        const std::chrono::milliseconds after{to_integer(a.need(name), name)};
        return [account = own_id(a, "account_id"), after](auto& r, auto done, auto& call) {
          return r.release(account, after, std::move(done), call);
        };
      },
      as_it_is, "account_id, *, rejoin_after_ms, timeout_ms=None",
      "The account is given up; its person stays known for `rejoin_after_ms`. False: there was no such account.");
  operation<bool>(
      cls, "forget", {"account_id"},
      [](Arguments& a) {
        return [account = own_id(a, "account_id")](auto& r, auto done, auto& call) {
          return r.forget(account, std::move(done), call);
        };
      },
      as_it_is, "account_id, *, timeout_ms=None",
      "Erases the person of an account with everything, a ban included. False: there was no such account.");
}

}  // namespace registry_methods
