#include "transport/names.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace bonin {
namespace {

Addresses look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  errno = 0;
  const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &all);
  Addresses addresses;
  if (failed != 0) {
    const bool lacks = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    if (failed == EAI_MEMORY) addresses.system_error = ENOMEM;
    if (failed == EAI_SYSTEM && lacks) addresses.system_error = errno;
    return addresses;
  }
  for (const auto* one = all; one != nullptr; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (!addresses.list.empty()) addresses.list += ',';
    addresses.list += one->ai_family == AF_INET6 ? "[" + std::string(text) + "]" : std::string(text);
  }
  freeaddrinfo(all);
  return addresses;
}

}  // namespace

Names::Names(Post post) : mail_(std::make_shared<Mail>()) { mail_->post = std::move(post); }

Names::~Names() {
  const std::lock_guard lock(mail_->mutex);
  mail_->post = nullptr;
}

void Names::find(const std::string& host, Found found) {
  Name& name = names_[host];
  const auto age = std::chrono::steady_clock::now() - name.at;
  if (!name.addresses.list.empty() && !name.doubted && age < usable) {
    if (age >= fresh && !name.looking) look(host, name);
    return found(Addresses(name.addresses));
  }
  name.waiting.push_back(std::move(found));
  if (!name.looking) look(host, name);
}

void Names::doubt(const std::string& host) {
  if (const auto found = names_.find(host); found != names_.end()) found->second.doubted = true;
}

void Names::look(const std::string& host, Name& name) {
  name.looking = true;
  try {
    // It has the I/O thread's mask: no signal of the host's lands there.
    std::thread([this, host, mail = mail_] {
      auto addresses = look_up(host);
      const std::lock_guard lock(mail->mutex);
      if (!mail->post) return;
      mail->post([this, host, addresses = std::move(addresses)]() mutable { told(host, std::move(addresses)); });
    }).detach();
  } catch (const std::system_error& error) {
    Addresses none;
    none.system_error = error.code().value();
    mail_->post([this, host, none] { told(host, none); });
  }
}

void Names::told(const std::string& host, Addresses addresses) {
  Name& name = names_[host];
  name.looking = false;
  name.doubted = false;
  if (!addresses.list.empty()) {
    name.addresses = std::move(addresses);
    name.at = std::chrono::steady_clock::now();
    addresses = name.addresses;
  } else if (!name.addresses.list.empty()) {
    addresses = name.addresses;  // better than none
  }
  for (const auto& found : std::exchange(name.waiting, {})) found(addresses);
}

bool needs_no_look_up(const std::string& host) {
  if (host == "localhost" || host.empty() || host.front() == '[') return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

}  // namespace bonin
