#pragma once
// What a browser said to a web application, and what it is told.
//
// An adapter for a framework hands over bytes and headers, asks the verifier, and sends what stands here. The room is
// pure: it knows no framework, opens nothing and reads no clock. docs/web.md describes the routes;
// tests/vectors/web.json runs against this room and against every adapter. All functions are thread-safe.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bonin/error.hpp"
#include "bonin/finding.hpp"
#include "bonin/otp.hpp"
#include "bonin/result.hpp"
#include "bonin/verification.hpp"

namespace bonin::web {

/// Bytes of a body that is read. What PortOne's scripts hand over has a few hundred.
inline constexpr std::size_t max_body = 16 * 1024;

/// How long the routes ask again for a result that PortOne does not have yet, unless the application says otherwise.
inline constexpr std::chrono::milliseconds settle{3'000};

/// Where the routes of an API lie: this path, and below it `/begin` and `/redirect`, and for codes `/send`, `/resend`
/// (V2) and `/confirm`.
std::string_view path(Api api) noexcept;

// ---- why somebody does not pass -----------------------------------------------------------------

enum class RefusalCode : std::uint8_t {
  denied,              // the decision says no
  needs_guardian,      // the decision says no, and a guardian's consent alone is missing
  not_finished,        // the browser itself says that the verification was not finished
  invalid_id,          // no id, or none that can be one
  not_found,           // PortOne does not know the id
  invalid_body,        // not the JSON or the form that it says it is
  unsupported_body,    // neither JSON nor a form, or not in UTF-8
  body_too_large,      // over max_body
  cross_site,          // a page of another site began it
  method_not_allowed,  // the route has another method
  invalid_person,      // a field of who is to get a code is missing or malformed
  provider_refused,    // the identity provider's own no: a wrong code, data that do not match
  too_often,           // more codes were asked for, or tried, than an hour allows
  unavailable,         // the same request may well succeed a little later
  internal,            // the application or its configuration is at fault
};

/// One row of the table of refusals.
struct RefusalInfo {
  RefusalCode code;
  std::string_view name;  // "not_finished"
  int status;             // of HTTP
  std::string_view ko;    // for an end user, Korean
  std::string_view en;    // for an end user, English
};

const RefusalInfo& info(RefusalCode code) noexcept;

inline constexpr std::size_t refusal_count = static_cast<std::size_t>(RefusalCode::internal) + 1;

/// The code of a name, nullopt when there is none of that name.
std::optional<RefusalCode> refusal_code(std::string_view name) noexcept;

/// Why a request is not let through. Carries no personal data.
struct Refusal {
  RefusalCode code = RefusalCode::internal;
  std::vector<Finding> findings;              // of `denied` and `needs_guardian`: why; of `invalid_person`: the fields
  std::optional<std::int64_t> retry_after_s;  // of `unavailable` and `too_often`
  std::string allow;                          // of `method_not_allowed`: the method of the route
};

/// Of a decision that says no. `shown`: Decision::shown(). `internal` where nothing denies but what the application did
/// not supply: then it is no answer about the person, and hint_of() says what to mend.
Refusal refusal_of(std::vector<Finding> shown, bool needs_guardian = false);

/// Is the decision about somebody else's flow? Then nothing of it but these denials may reach the browser or its
/// application.
bool is_foreign(const std::vector<Finding>& denials) noexcept;

/// Did this very subject sign this very person up with this very verification? Then it comes again, as a browser does
/// that reloads the address of a redirect: it is welcome, and gets no second account.
bool is_again(const std::vector<Finding>& denials) noexcept;

/// Of an error that kept the verifier from deciding, or from sending a code.
Refusal refusal_of(const Error& error);

// ---- what the browser said ----------------------------------------------------------------------

/// What a request names.
struct Named {
  std::string id;
  std::string flow_id{};      // V1: the merchant_uid beside it; proves nothing
  std::string guardian_of{};  // the id of the child's verification, when `id` is its guardian's
};
/// That, or why it names nothing.
using Said = std::variant<Named, RefusalCode>;

/// Reads the query of a redirect, without its `?`.
Said read_query(Api api, std::string_view query);

/// Reads a body: JSON or a form, as its type says; a form that is labelled JSON is read as a form. A field that comes
/// twice is seen twice. Expects that check_body() has passed.
Said read_body(Api api, std::string_view content_type, std::string_view body);

/// Reads the query of a beginning: whose guardian begins, an id or nothing. nullopt: it cannot be one.
std::optional<std::string> read_begin(std::string_view query);

/// Reads who is to get a code: `name`, `phone`, `identityNumber`, `carrier`, and `method` where it is not SMS. What
/// PortOne would refuse is refused here, by field. `ip_address`: of the request.
std::variant<OtpPerson, Refusal> read_person(std::string_view content_type, std::string_view body,
                                             std::string_view ip_address);

/// Reads `id` and `otp`, which is empty when it is not there.
struct Code {
  std::string id;
  std::string otp;
};
std::variant<Code, RefusalCode> read_code(std::string_view content_type, std::string_view body);

/// What the headers tell of a body before a byte of it is read.
struct BodyHeaders {
  std::string content_type;
  std::string content_encoding;              // empty: identity
  std::vector<std::string> content_lengths;  // as many as there were
  bool decoded = false;                      // somebody else has read the body, its charset and encoding with it
};

/// Why the body is not worth reading, nullopt when it is.
std::optional<RefusalCode> check_body(const BodyHeaders& headers);

/// The headers by which a browser tells which page sent a request; no page can write them. Each as many as there were.
struct Origins {
  std::vector<std::string> sites;    // Sec-Fetch-Site
  std::vector<std::string> origins;  // Origin
  std::string host;                  // Host
};

/// Did a page of another site send it? Sec-Fetch-Site counts most; an older browser's Origin is compared with the Host;
/// what sends neither is no browser that could be abused. `allowed`: further origins that may.
bool is_cross_site(const Origins& said, const std::vector<std::string>& allowed);

/// Is it an origin as browsers write it, such as `https://shop.example` or an app's `capacitor://localhost`? In any
/// case of letters.
bool is_origin(std::string_view text);

// ---- who asks -----------------------------------------------------------------------------------

/// The header in which a client without a cookie jar, such as an app, brings its subject. `new` asks `begin` for one,
/// which the answer holds in the same header. No page of another site can send it without this site's leave (CORS).
inline constexpr std::string_view subject_header_name = "Bonin-Subject";

/// How a subject is tied to a browser, where the application names none. The cookie is called
/// `__Host-bonin_subject` where it is secure and has no domain, so that no other host can plant it, else
/// `bonin_subject`.
struct SubjectCookie {
  std::string same_site = "Lax";  // Strict, Lax or None
  std::optional<bool> secure{};   // nullopt: as the request came; true with `None` and with `partitioned`
  bool partitioned = false;       // kept apart for each site that frames the page (CHIPS)
  std::string domain{};           // empty: this host alone
};

/// Refuses what a browser would not keep.
Result<Done> check(const SubjectCookie& cookie);

/// The headers by which a request says who asks.
struct Asker {
  std::vector<std::string> tokens;   // Bonin-Subject
  std::vector<std::string> cookies;  // Cookie
  bool secure = false;               // the request came over https
};

/// The subject that a request names, by its token or else by its cookie. Empty when it names none, or two: a second
/// cookie was put there by another host of the domain, and nothing tells which of them is ours.
std::string subject_of(const Asker& asker, const SubjectCookie& cookie);

/// The header of the answer that hands a new subject (new_id()) over: Set-Cookie, or the token to a client that asked
/// for one.
std::pair<std::string, std::string> subject_header(std::string_view subject, const Asker& asker,
                                                   const SubjectCookie& cookie);

/// Of a request that names no subject, where a flow must have begun here: nothing needs to be looked up.
Refusal no_cookie();

/// What an operator should look at when these denials come again and again, in English; empty when that is nothing.
/// `shown`: Decision::shown().
std::string hint_of(const std::vector<Finding>& shown);

// ---- what it is told ----------------------------------------------------------------------------

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 200;
  Headers headers;
  std::string body;
};

/// What goes with every answer: it is about one person, now.
const Headers& headers_of_all();

/// What goes with a refusal, whatever its body: those of all, Retry-After, Allow.
Headers headers_of(const Refusal& refusal);

/// The body of the default answer: `{"allowed": false, "code", "ko", "en", "findings"}`. A finding has `code`,
/// `reason`, `ko`, `en`, and `until` where there is one.
std::string json_of(const Refusal& refusal);

/// What a request asks of its answer; empty headers ask for nothing. `retry_url`: where the page's button leads, no
/// button when it is empty.
struct Asked {
  std::string_view method;
  std::string_view accept;
  std::string_view accept_language;
  std::string_view retry_url{};
};

/// Is it an address of this site (`/sign-up`) or a whole one (`https://shop.example/sign-up`)?
bool is_retry_url(std::string_view text) noexcept;

/// JSON for a script; for a person who was sent here by a redirect (a GET that prefers HTML) a page in Korean or
/// English.
Answer answer(const Refusal& refusal, const Asked& asked);

/// The same for somebody who is welcome again: 200, `{"allowed": true, "again": true}`.
Answer answer_again(const Asked& asked);

}  // namespace bonin::web
