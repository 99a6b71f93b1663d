#include "json.hpp"

#include <algorithm>
#include <iterator>

namespace bonin::sandbox {
namespace {

bool too_much(std::string_view text) noexcept {
  int depth = 0, commas = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > 64) return true;
    } else if (c == ',') {
      if (++commas > 5'000) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<Json> read_json(std::string_view text) {
  if (too_much(text)) return std::nullopt;
  auto json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

std::string write_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::optional<std::string> string_at(const Json& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(std::string(name));
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Error bad_parameter(std::string_view parameter, std::string message) {
  constexpr std::string_view verbs[] = {"must ", "is ", "names "};
  const bool lacks_subject =
      std::any_of(std::begin(verbs), std::end(verbs), [&](std::string_view verb) { return message.starts_with(verb); });
  if (lacks_subject) message.insert(0, "`" + std::string(parameter) + "` ");
  return make_error(ErrorKind::invalid_argument, std::move(message), parameter);
}

}  // namespace bonin::sandbox
