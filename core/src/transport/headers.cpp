#include <curl/curl.h>
#include <openssl/crypto.h>

#include <cstring>
#include <string>

#include "transport/transport.hpp"

namespace bonin {

std::string_view to_string(Method method) noexcept {
  constexpr std::string_view names[] = {"GET", "POST", "DELETE"};
  return names[static_cast<std::size_t>(method)];
}

Headers::Headers(const std::vector<std::string_view>& lines) {
  for (const auto line : lines) list_ = curl_slist_append(list_, std::string(line).c_str());
}

Headers::~Headers() {
  for (auto* node = list_; node != nullptr; node = node->next) OPENSSL_cleanse(node->data, std::strlen(node->data));
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
