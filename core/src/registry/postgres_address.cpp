#include "registry/postgres_address.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string_view>

#include "registry/loopback.hpp"

namespace bonin::registry_detail {
namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// A `@` in a host and a port that is no number are pieces of a password that was not escaped.
bool is_sound(const PostgresHost& host) {
  const bool number = std::all_of(host.port.begin(), host.port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number && (host.name.starts_with('@') || host.name.find('@') == std::string::npos);
}

/// A socket in the file system, or this very machine.
bool stays_here(const PostgresHost& host) {
  const std::string& where = host.address.empty() ? host.name : host.address;
  return where.empty() || where[0] == '/' || where[0] == '@' || is_loopback(where);
}

}  // namespace

std::optional<PostgresAddress> PostgresAddress::read(const Secret& url) {
  const std::string text(url.reveal());
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconninfoParse(text.c_str(), nullptr),
                                                                               &PQconninfoFree);
  if (!options) return std::nullopt;
  std::map<std::string_view, std::string> given;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      given[option->keyword] = option->val;
    } else if (const char* value = option->envvar == nullptr ? nullptr : std::getenv(option->envvar)) {
      given[option->keyword] = value;
    }
  }
  PostgresAddress address;
  const auto names = split(given["host"]), addresses = split(given["hostaddr"]), ports = split(given["port"]);
  const auto at = [](const std::vector<std::string>& list, std::size_t i) {
    return i < list.size() ? list[i] : list.size() == 1 ? list[0] : std::string();
  };
  for (std::size_t i = 0; i < std::max(names.size(), addresses.size()); ++i) {
    address.hosts.push_back({at(names, i), at(addresses, i), at(ports, i)});
  }
  if (!std::all_of(address.hosts.begin(), address.hosts.end(), is_sound)) return std::nullopt;
  address.ssl_mode = given["sslmode"];
  if (const int seconds = std::atoi(given["connect_timeout"].c_str()); seconds > 0) {
    address.connect_timeout = std::chrono::seconds(seconds);
  }
  return address;
}

bool PostgresAddress::in_the_clear() const {
  const bool tls = ssl_mode == "require" || ssl_mode == "verify-ca" || ssl_mode == "verify-full";
  return !tls && !std::all_of(hosts.begin(), hosts.end(), stays_here);
}

}  // namespace bonin::registry_detail
