#include "registry/mysql_refusal.hpp"

#include <algorithm>

namespace bonin::registry_detail {
namespace {

struct MysqlCode {
  unsigned code;
  std::string_view why;
  bool lasting;
};
constexpr MysqlCode connection_codes[] = {
    {1040, "the server has too many connections; allow more (max_connections)", false},
    {1044, "the user has no right to the database; GRANT SELECT, INSERT, UPDATE, DELETE ON it", true},
    {1045, "the server refuses the user or the password; correct them in the address", true},
    {1049, "there is no such database; create it, or correct its name in the address", true},
    {1053, "the server is being shut down", false},
    {1129, "the server has shut this machine out after many errors; FLUSH HOSTS", false},
    {1130, "the server does not let anybody in from this machine; check the host of the user's account", true},
    {1203, "the user has too many connections; allow more (max_user_connections)", false},
    {1226, "the user has used up what its account may; raise the account's limits", false},
    {1251, "the server asks for an authentication that this libmariadb does not know", true},
    {1698, "the server refuses the user; it may log in by another way (auth_socket) only", true},
    {1820, "the password of the user has expired; set a new one", true},
    {1862, "the password of the user has expired; set a new one", true},
    {2005, "the host is not found; correct its name in the address", false},
    {2059, "libmariadb has no plug-in for the authentication that the server asks for; install libmariadb's plug-ins",
     true},
    {3118, "the account of the user is locked; unlock it", true},
    {3159, "the server takes encrypted connections only; add `ssl-mode=VERIFY_IDENTITY` to the address", true},
    {4151, "the account of the user is locked; unlock it", true},
};

bool has(std::string_view words, std::string_view some) { return words.find(some) != std::string_view::npos; }

MysqlRefusal read_tls(std::string_view words) {
  if (has(words, "required") || has(words, "does not support") || has(words, "doesn't support")) {
    return {"the server has no TLS; switch it on, or ask for `ssl-mode=DISABLED`", true};
  }
  if (has(words, "ertificate") || has(words, "alidation") || has(words, "host name") || has(words, "hostname")) {
    return {"the certificate of the server is not accepted; check `ssl-ca` and the host's name", true};
  }
  if (has(words, "o such file") || has(words, "ermission denied")) {
    return {"a file of `ssl-ca`, `ssl-cert` or `ssl-key` cannot be read; correct its path", true};
  }
  return {"TLS fails; check `ssl-mode` and the certificates", false};
}

/// The right that was missing, out of `INSERT command denied to user …`.
std::string right_of(std::string_view words) {
  const auto right = words.substr(0, words.find(" command denied"));
  const bool plain = right.size() < words.size() && std::all_of(right.begin(), right.end(), [](char c) {
                       return (c >= 'A' && c <= 'Z') || c == ' ' || c == ',';
                     });
  return plain && !right.empty() ? std::string(right) : "SELECT, INSERT, UPDATE, DELETE";
}

std::string with_code(std::string_view what, unsigned code) {
  return std::string(what) + " (mysql: " + std::to_string(code) + ")";
}

template <std::size_t n>
bool is_one_of(unsigned code, const unsigned (&codes)[n]) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

// Of the client library: gone away, lost, malformed packet, commands out of sync. Of the server: shutdown, broken
// packets, killed sessions, one that was idle for too long.
constexpr unsigned lost_codes[] = {2006, 2013, 2014, 2027, 2055, 1053, 1152, 1156, 1157,
                                   1158, 1159, 1160, 1161, 1927, 3032, 3169, 4031};
// A deadlock, somebody else was first, a row that changed since the snapshot: another look tells.
constexpr unsigned conflict_codes[] = {1213, 1062, 1020, 1586, 3101};
// A lock or a statement took too long, or was ended by somebody.
constexpr unsigned busy_codes[] = {1205, 1317, 1969, 3024, 3572, 1040, 1203, 1226};
constexpr unsigned short_codes[] = {1037, 1038, 1041, 1206};  // of memory, or of locks
constexpr unsigned full_codes[] = {1021, 1114, 3675};
constexpr unsigned read_only_codes[] = {1290, 1792, 1836, 1874};
constexpr unsigned corrupt_codes[] = {126, 127, 1034, 1035, 1194, 1195, 1712, 1877, 1932};
constexpr unsigned right_codes[] = {1044, 1142, 1143, 1227, 1370};

}  // namespace

MysqlRefusal read_mysql_refusal(unsigned code, std::string_view words, std::string_view where) {
  MysqlRefusal refusal{"no connection", false};
  const auto* known = std::find_if(std::begin(connection_codes), std::end(connection_codes),
                                   [code](const MysqlCode& entry) { return entry.code == code; });
  if (known != std::end(connection_codes)) {
    refusal = {std::string(known->why), known->lasting};
  } else if (code == 0) {
    refusal.why = "no answer in time; check host, port and firewall";
  } else if (code == 2002 || code == 2003) {
    refusal.why = has(words, "socket '") ? "there is no such socket; start the server, or correct its path"
                                         : "nothing listens there; start the server, or correct host and port";
  } else if (code == 2026) {
    refusal = read_tls(words);
  } else if (code == 2006 || code == 2013) {
    refusal.why = "the server hangs up; it may be starting, or be no MySQL";
  }
  refusal.why = std::string(where) + ": " + (code == 0 ? refusal.why : with_code(refusal.why, code));
  return refusal;
}

MysqlFailure read_mysql_failure(unsigned code, std::string_view words) {
  MysqlFailure read;
  if (code == 0 || is_one_of(code, lost_codes)) {
    read.lost = true;
    return read;
  }
  read.locked = code == 1205;
  auto& failure = read.failure;
  // The server's own words may quote a row, so only its code is passed on.
  const auto because = [&](ErrorKind kind, std::string_view what) {
    failure.error = make_error(kind, with_code(what, code));
  };
  if (is_one_of(code, conflict_codes)) {
    because(ErrorKind::store_busy, "the store is busy");
    failure.again = failure.alone = true;
  } else if (is_one_of(code, short_codes)) {
    because(ErrorKind::store_busy, "the server is short of memory or of locks");
    failure.again = failure.smaller = true;
  } else if (is_one_of(code, busy_codes)) {
    because(ErrorKind::store_busy, "the store is busy");
  } else if (code == 1047) {
    because(ErrorKind::store_unavailable, "the server is not ready yet");
    failure.again = true;
    read.give_up_session = true;
  } else if (is_one_of(code, full_codes)) {
    because(ErrorKind::store_full, "there is no space left for the store");
  } else if (is_one_of(code, read_only_codes)) {
    because(ErrorKind::store_read_only, "the store cannot be written to");
    read.give_up_session = true;
  } else if (is_one_of(code, corrupt_codes)) {
    because(ErrorKind::store_corrupt, "the store is damaged");
  } else if (is_one_of(code, right_codes)) {
    because(ErrorKind::store_failed,
            "the user lacks a right to the database or to a table of it: GRANT " + right_of(words) + " ON it");
    read.give_up_session = true;
  } else if (code == 1153) {
    because(ErrorKind::store_failed, "the server takes no statement of this size; raise `max_allowed_packet`");
    failure.alone = true;
    read.give_up_session = true;
  } else if (code == 1665) {
    because(ErrorKind::store_failed, "the server cannot log what is written: set `binlog_format = ROW`");
  } else {
    because(ErrorKind::store_failed, "the store failed");
    failure.alone = true;
  }
  return read;
}

}  // namespace bonin::registry_detail
