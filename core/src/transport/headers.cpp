#include <curl/curl.h>

#include <cstring>
#include <new>
#include <string>

#include "model/crypto.hpp"
#include "transport/transport.hpp"

namespace bonin {

std::string_view to_string(Method method) noexcept {
  constexpr std::string_view names[] = {"GET", "POST", "DELETE"};
  return names[static_cast<std::size_t>(method)];
}

Headers::Headers(const std::vector<std::string_view>& lines) {
  for (const auto line : lines) add(line);
}

Headers::Headers(const Headers& others, std::string_view line) {
  for (auto* node = others.list_; node != nullptr; node = node->next) add(node->data);
  add(line);
}

void Headers::add(std::string_view line) {
  const Secret text{std::string(line)};  // a view need not end in a NUL
  auto* longer = curl_slist_append(list_, text.reveal().data());
  if (longer == nullptr) {  // the request must not go out without the line
    wipe();
    throw std::bad_alloc();
  }
  list_ = longer;
}

Headers::~Headers() { wipe(); }

void Headers::wipe() noexcept {
  for (auto* node = list_; node != nullptr; node = node->next) crypto::wipe(node->data, std::strlen(node->data));
  curl_slist_free_all(list_);
}

std::string_view Headers::value(std::string_view name) const noexcept {
  for (auto* node = list_; node != nullptr; node = node->next) {
    const std::string_view line = node->data;
    if (line.size() > name.size() + 2 && line.substr(0, name.size()) == name && line[name.size()] == ':') {
      return line.substr(name.size() + 2);
    }
  }
  return {};
}

}  // namespace bonin
