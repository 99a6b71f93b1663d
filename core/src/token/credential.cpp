#include "token/credential.hpp"

namespace bonin {

std::vector<std::string_view> common_headers() {
  return {"Accept: application/json", "Content-Type: application/json", "User-Agent: bonin/" BONIN_VERSION};
}

Secret header_line(std::string_view name, const Secret& value) {
  std::string line;
  line.reserve(name.size() + value.reveal().size());  // a string that grows leaves a copy behind
  line += name;
  line += value.reveal();
  return Secret(std::move(line));
}

SecretCredential::SecretCredential(const Secret& api_secret) {
  const Secret line = header_line("Authorization: PortOne ", api_secret);
  auto lines = common_headers();
  lines.push_back(line.reveal());
  grant_.headers = std::make_shared<const Headers>(lines);
}

void SecretCredential::grant(std::function<void(Result<Grant>)> done) { done(grant_); }

bool SecretCredential::afford(bool) { return true; }

bool SecretCredential::reject(std::uint64_t) { return false; }

}  // namespace bonin
