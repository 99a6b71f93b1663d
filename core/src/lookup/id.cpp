#include <simdjson.h>
#include <utf8proc.h>

#include <algorithm>

#include "bonin/portone.hpp"
#include "model/crypto.hpp"

namespace bonin {
namespace {

constexpr std::size_t longest_id = 200;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

Error wrong(Api api, const char* message) {
  return make_error(ErrorKind::invalid_id, message, api == Api::v1 ? "imp_uid" : "id");
}

/// `imp_` and digits; records that PortOne's server API made begin with `imps_`.
bool is_imp_uid(std::string_view id) noexcept {
  for (const std::string_view prefix : {"imp_", "imps_"}) {
    if (id.substr(0, prefix.size()) != prefix || id.size() == prefix.size()) continue;
    id.remove_prefix(prefix.size());
    while (!id.empty() && is_digit(id.front())) id.remove_prefix(1);
    return id.empty();
  }
  return false;
}

/// A character that one sees, or a space. Controls, marks of direction, unassigned characters and separators of lines
/// are none.
bool prints(utf8proc_int32_t character) noexcept {
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

/// The number of characters; nullopt when one of them does not print. `text` is valid UTF-8.
std::optional<std::size_t> printable_length(std::string_view text) noexcept {
  // Almost every id is ASCII, and is checked twice a verification.
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) return text.size();
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  std::size_t count = 0;
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const auto used = utf8proc_iterate(at, left, &character);
    if (used <= 0 || !prints(character)) return std::nullopt;
    at += used;
    left -= used;
    ++count;
  }
  return count;
}

}  // namespace

Result<Done> check_id(Api api, std::string_view id) {
  if (id.empty()) return wrong(api, "the id is empty");
  if (id.size() > 4 * longest_id) return wrong(api, "the id is longer than 200 characters");
  if (api == Api::v1) {
    if (!is_imp_uid(id)) return wrong(api, "the id is not `imp_` or `imps_` and digits");
    if (id.size() > longest_id) return wrong(api, "the id is longer than 200 characters");
    return Done{};
  }
  // A path would take these two for directories, percent-encoded as well.
  if (id == "." || id == "..") return wrong(api, "the id is a path of dots");
  if (!simdjson::validate_utf8(id.data(), id.size())) return wrong(api, "the id is not UTF-8");
  const auto length = printable_length(id);
  if (!length) return wrong(api, "the id holds a control or another character that does not print");
  if (*length > longest_id) return wrong(api, "the id is longer than 200 characters");
  return Done{};
}

std::string new_id() { return crypto::random_hex(); }

}  // namespace bonin
