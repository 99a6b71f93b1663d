// Whose browser it is.

#include "options.hpp"
#include "web.hpp"

namespace web_functions {
namespace {

/// {sameSite, secure, partitioned, domain}, each or undefined
SubjectCookie cookie_of(const Info& info, std::size_t at) {
  SubjectCookie cookie;
  Options options(info.Env(), info[at], "cookie", "cookie.");
  options.fields(cookie);
  options.finish();
  return cookie;
}

/// cookie; refuses what a browser would not keep
Napi::Value check_cookie(const Info& info) {
  take(info.Env(), check(cookie_of(info, 0)));
  return {info.Env(), undefined(info.Env())};
}

/// Bonin-Subject, Cookie, whether over https
Asker asker_of(const Info& info, std::size_t first) {
  return {header(info, first, "token"), header(info, first + 1, "cookie"),
          to_bool(info.Env(), info[first + 2], "secure")};
}

/// Bonin-Subject, Cookie, whether over https, cookie; answers the subject or undefined
Napi::Value subject(const Info& info) {
  return {info.Env(), text_or_undefined(info.Env(), subject_of(asker_of(info, 0), cookie_of(info, 3)))};
}

/// a new subject, then as `subject`; answers [name, value] of the header that hands it over
Napi::Value subject_header(const Info& info) {
  const auto env = info.Env();
  return pair_to_js(
      env, bonin::web::subject_header(to_text(env, info[0], "subject"), asker_of(info, 1), cookie_of(info, 4)));
}

/// an id of the application's; answers its text, or undefined for what is none
Napi::Value own_id(const Info& info) {
  const auto env = info.Env();
  try {
    return {env, text_or_undefined(env, to_own_id(env, info[0], "subject"))};
  } catch (const Napi::Error&) {
    return env.Undefined();
  }
}

Napi::Value token_header(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::web::subject_header_name)}; }

/// the findings of a request that names no subject
Napi::Value no_cookie(const Info& info) { return findings_to_js(info.Env(), bonin::web::no_cookie().findings); }

}  // namespace

void define_subject(Napi::Object functions) {
  define<subject>(functions, "subject");
  define<subject_header>(functions, "subjectHeader");
  define<own_id>(functions, "ownId");
  define<token_header>(functions, "tokenHeader");
  define<check_cookie>(functions, "checkCookie");
  define<no_cookie>(functions, "noCookie");
}

}  // namespace web_functions
