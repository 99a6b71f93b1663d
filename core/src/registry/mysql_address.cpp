#include "registry/mysql_address.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "model/invalid_argument.hpp"
#include "registry/loopback.hpp"

namespace bonin::registry_detail {
namespace {

Error bad_mysql_address(std::string message) { return invalid_argument("store", std::move(message)); }

/// Undoes %XX. Nullopt: a bad escape, or a zero byte.
std::optional<std::string> unescaped(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]), low = digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    plain += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return plain;
}

/// 1 to `most`; 0: it is no such number.
unsigned number_up_to(std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number <= most ? number : 0;
}

/// Takes what stands before the mark away from a text; with the mark.
std::string_view take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  const auto before = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return before;
}

constexpr std::string_view bad_shape =
    "expected `mysql://user:password@host:port/database`; write `@`, `:`, `/`, `?`, `#` and `%` of a user or a "
    "password "
    "as %40, %3A, %2F, %3F, %23 and %25";
constexpr std::string_view known_options =
    "an option of the address is not known; there are `ssl-mode`, `ssl-ca`, `ssl-cert`, `ssl-key`, `socket` and "
    "`connect-timeout`";
constexpr std::string_view known_modes =
    "`ssl-mode` of the address must be `VERIFY_IDENTITY`, `REQUIRED` or `DISABLED`";

std::optional<Error> read_option(MysqlAddress& address, std::string_view name, const std::string& value) {
  const std::pair<std::string_view, std::string*> texts[] = {{"ssl-ca", &address.ssl_ca},
                                                             {"ssl-cert", &address.ssl_cert},
                                                             {"ssl-key", &address.ssl_key},
                                                             {"socket", &address.socket}};
  for (const auto& [known, text] : texts) {
    if (name != known) continue;
    if (value.empty()) return bad_mysql_address("`" + std::string(known) + "` of the address is empty");
    *text = value;
    return std::nullopt;
  }
  if (name == "ssl-mode") {
    if (value == "VERIFY_IDENTITY") {
      address.tls = MysqlAddress::Tls::verify_identity;
    } else if (value == "REQUIRED") {
      address.tls = MysqlAddress::Tls::required;
    } else if (value == "DISABLED") {
      address.tls = MysqlAddress::Tls::disabled;
    } else {
      return bad_mysql_address(std::string(known_modes));
    }
    return std::nullopt;
  }
  if (name == "connect-timeout") {
    const auto seconds = number_up_to(value, 600);
    if (seconds == 0) return bad_mysql_address("`connect-timeout` of the address must be 1 to 600 seconds");
    address.connect_timeout = std::chrono::seconds(seconds);
    return std::nullopt;
  }
  return bad_mysql_address(std::string(known_options));
}

}  // namespace

Result<MysqlAddress> MysqlAddress::read(const Secret& url) {
  const auto wrong = [] { return bad_mysql_address(std::string(bad_shape)); };
  std::string_view rest = url.reveal();
  rest.remove_prefix(rest.find("://") + 3);
  if (rest.find('#') != std::string_view::npos) return wrong();
  std::string_view place = take_until(rest, '?');
  std::string_view options = rest;
  // What is not escaped must not end up in the name of a host or of a database, which messages quote.
  if (options.find('@') != std::string_view::npos && place.find('@') == std::string_view::npos) return wrong();
  std::string_view path = place;
  const std::string_view authority = take_until(path, '/');
  if (std::count(place.begin(), place.end(), '@') != 1 || std::count(place.begin(), place.end(), '/') != 1)
    return wrong();
  std::string_view where = authority;
  std::string_view who = take_until(where, '@');
  const auto user = unescaped(take_until(who, ':'));
  const auto password = unescaped(who);
  const auto database = unescaped(path);
  if (!user || user->empty() || !password || who.find(':') != std::string_view::npos || !database ||
      database->empty()) {
    return wrong();
  }
  MysqlAddress address;
  address.user = *user;
  address.password = Secret(*password);
  address.database = *database;
  if (where.starts_with('[')) {
    where.remove_prefix(1);
    address.host = take_until(where, ']');
    if (address.host.empty() || (!where.empty() && where[0] != ':')) return wrong();
  } else {
    const auto colon = where.find(':');
    address.host = where.substr(0, colon);
    where = colon == std::string_view::npos ? std::string_view() : where.substr(colon);
  }
  if (!where.empty() && (address.port = number_up_to(where.substr(1), 65'535)) == 0) return wrong();
  while (!options.empty()) {
    std::string_view value = take_until(options, '&');
    const auto name = take_until(value, '=');
    const auto plain = unescaped(value);
    if (!plain) return wrong();
    if (auto error = read_option(address, name, *plain)) return std::move(*error);
  }
  if (address.socket.empty() == address.host.empty()) {
    return bad_mysql_address("expected a host in the address, or the option `socket` in its place");
  }
  return address;
}

bool MysqlAddress::in_the_clear() const {
  return tls != Tls::required && tls != Tls::verify_identity && socket.empty() && !is_loopback(host);
}

std::string MysqlAddress::where() const {
  return socket.empty() ? host + " port " + std::to_string(port) : "socket " + socket;
}

}  // namespace bonin::registry_detail
