#include "bonin/portone.hpp"
#include "model/crypto.hpp"

namespace bonin {
namespace {

constexpr std::size_t longest_id = 200;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

Error wrong(Api api, const char* message) {
  return make_error(ErrorKind::invalid_id, message, api == Api::v1 ? "imp_uid" : "id");
}

}  // namespace

Result<Done> check_id(Api api, std::string_view id) {
  if (id.empty()) return wrong(api, "the id is empty");
  if (id.size() > longest_id) return wrong(api, "the id is longer than 200 characters");
  if (api == Api::v1) {
    if (id.substr(0, 4) != "imp_" || id.size() == 4) return wrong(api, "the id is not `imp_` and digits");
    for (const char c : id.substr(4)) {
      if (!is_digit(c)) return wrong(api, "the id is not `imp_` and digits");
    }
    return Done{};
  }
  for (const char c : id) {
    if (!is_digit(c) && !is_letter(c) && c != '-' && c != '_') {
      return wrong(api, "the id holds something else than letters, digits, `-` and `_`");
    }
  }
  return Done{};
}

std::string new_id() { return crypto::random_hex(); }

}  // namespace bonin
