#include "token/credential.hpp"

namespace bonin {

std::vector<std::string_view> common_headers() {
  return {"Accept: application/json", "Content-Type: application/json", "User-Agent: bonin/" BONIN_VERSION};
}

SecretCredential::SecretCredential(const Secret& api_secret) {
  const Secret line("Authorization: PortOne " + std::string(api_secret.reveal()));
  auto lines = common_headers();
  lines.push_back(line.reveal());
  grant_.headers = std::make_shared<const Headers>(lines);
}

void SecretCredential::grant(std::function<void(Result<Grant>)> done) { done(grant_); }

bool SecretCredential::afford(bool) { return true; }

bool SecretCredential::reject(std::uint64_t) { return false; }

}  // namespace bonin
