#include "registry/postgres_refusal.hpp"

#include <algorithm>

namespace bonin::registry_detail {
namespace {

/// What a server or a pooler says by its code.
struct Code {
  std::string_view state;  // or its class
  std::string_view why;
  bool lasting;
};
constexpr Code codes[] = {
    {"28P01", "the server refuses the password; correct the user and the password in the address", true},
    {"28", "the server does not let this user in from here; check the user, its right to log in, pg_hba.conf and TLS",
     true},
    {"3D", "there is no such database; create it, or correct its name in the address", true},
    {"42501", "the user has no right to connect; GRANT CONNECT ON DATABASE to it", true},
    {"42704", "the server does not know an option of the address; correct its `options`", true},
    {"22023", "the server refuses an option of the address; correct its `options`", true},
    {"53300", "the server has too many connections; allow more (max_connections), or use a pooler", false},
    {"57P", "the server is starting, or is being shut down", false},
};

/// What a pooler says, whose code is the same for everything (08P01).
struct Word {
  std::string_view words;
  std::string_view why;
  bool lasting;
};
constexpr Word pooler[] = {
    {"no such database", "the pooler knows no such database; correct its name in the address", true},
    {"no such user", "the pooler knows no such user; correct it in the address", true},
    {"uthentication", "the pooler refuses the user or the password; correct them in the address", true},
    {"unsupported startup parameter", "the pooler refuses an option of the address; take it out", true},
    {"SSL required", "the pooler requires TLS; add `sslmode=verify-full` to the address", true},
    {"TLS required", "the pooler requires TLS; add `sslmode=verify-full` to the address", true},
    {"server login failed", "the pooler cannot log in to the server; correct the pooler's own settings", false},
    {"no more connections", "the pooler has too many clients; allow more (max_client_conn)", false},
    {"", "the pooler or the server refuses the connection", false},
};

/// What libpq says by itself. `echoed`: its words may quote the address.
struct Own {
  std::string_view words;
  std::string_view why;
  bool lasting;
  bool echoed;
};
constexpr Own own[] = {
    {"could not translate host name", "the host is not found; correct its name in the address", false, false},
    {"Connection refused", "nothing listens there; start the server, or correct host and port", false, false},
    {"No such file or directory", "there is no such socket; start the server, or correct its folder", false, false},
    {"no password supplied", "the server wants a password; add one to the address", true, false},
    {"server does not support SSL", "the server has no TLS; switch it on, or ask for `sslmode=disable`", true, false},
    {"root certificate file", "the file of `sslrootcert` cannot be read; correct its path", true, false},
    {"certificate", "the certificate of the server is not accepted; check `sslrootcert` and the host's name", true,
     false},
    {"SSL error", "TLS fails; check `sslmode` and the certificates", true, false},
    {"channel binding", "the server cannot do the channel binding that is asked for", true, false},
    {"authentication method", "the server asks for an authentication that this libpq does not know", true, false},
    {"invalid ", "an option of the address has a value that libpq does not take", true, true},
    {"weak sslrootcert", "an option of the address has a value that libpq does not take", true, true},
};

bool is_state(std::string_view text) {
  return text.size() == 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

PostgresRefusal read_refusal(std::string_view words) {
  words = words.substr(0, words.find('\n'));
  if (words.empty()) return {"no answer in time; check host, port and firewall", false};
  // `connection to server at "HOST" (ADDRESS), port N failed: FATAL:  28P01: the server's words`
  constexpr std::string_view failed = " failed: ";
  const auto split = words.find(failed);
  const auto where = split == std::string_view::npos ? std::string_view() : words.substr(0, split);
  const auto what = split == std::string_view::npos ? words : words.substr(split + failed.size());
  const auto told = [&where](std::string_view why, std::string_view state) {
    std::string text(where);
    if (!text.empty()) text += ": ";
    text += why;
    if (!state.empty()) text.append(" (SQLSTATE ").append(state).append(")");
    return text;
  };
  constexpr std::string_view severity_ends = ":  ";  // the severity before it is in the server's language
  if (const auto at = what.find(severity_ends);
      at != std::string_view::npos && is_state(what.substr(at + severity_ends.size(), 5))) {
    const auto state = what.substr(at + severity_ends.size(), 5);
    for (const auto& code : codes) {
      if (state.starts_with(code.state)) return {told(code.why, state), code.lasting};
    }
    for (const auto& word : pooler) {
      if (what.find(word.words) != std::string_view::npos) return {told(word.why, state), word.lasting};
    }
  }
  for (const auto& cause : own) {
    if (what.find(cause.words) == std::string_view::npos) continue;
    if (cause.echoed) return {std::string(cause.why), cause.lasting};
    return {told(std::string(cause.why) + " (" + std::string(what) + ")", ""), cause.lasting};
  }
  return {std::string(words), false};
}

}  // namespace bonin::registry_detail
