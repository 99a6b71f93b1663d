#include "lookup/json.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace bonin {
namespace {

constexpr std::size_t deepest = 512;

bool has_duplicate_key(dom::element element);

/// Two of the object's own keys. Its frame must not lie on the stack of the recursion, which is deep.
[[gnu::noinline]] bool names_a_key_twice(dom::object object) {
  constexpr std::size_t few = 32;
  if (object.size() > few) {
    // Sorted, not hashed: keys can be made to share one hash.
    std::vector<std::string_view> keys;
    for (const auto field : object) keys.push_back(field.key);
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
  }
  std::array<std::string_view, few> keys;
  auto end = keys.begin();
  for (const auto field : object) {
    if (std::find(keys.begin(), end, field.key) != end) return true;
    *end++ = field.key;
  }
  return false;
}

bool has_duplicate_key(dom::object object) {
  if (names_a_key_twice(object)) return true;
  for (const auto field : object) {
    if (has_duplicate_key(field.value)) return true;
  }
  return false;
}

bool has_duplicate_key(dom::element element) {
  if (element.is_object()) return has_duplicate_key(dom::object(element));
  if (element.is_array()) {
    for (const auto item : dom::array(element)) {
      if (has_duplicate_key(item)) return true;
    }
  }
  return false;
}

/// One per thread: its buffers are kept.
dom::parser& parser() {
  thread_local dom::parser parser(2 << 20);
  return parser;
}

}  // namespace

Error unreadable(std::string message) { return make_error(ErrorKind::unreadable_answer, std::move(message)); }

Result<dom::element> parse_answer(std::string& body) {
  thread_local bool ready = false;
  if (!ready) {
    if (parser().allocate(2 << 20, deepest) != simdjson::SUCCESS) return unreadable("no memory to read the answer");
    ready = true;
  }
  // simdjson reads a little past the end: the text must have the room.
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  dom::element root;
  const auto code = parser().parse(body.data(), body.size(), false).get(root);
  if (code != simdjson::SUCCESS) {
    return unreadable(std::string("the answer is not the JSON that was promised: ") + simdjson::error_message(code));
  }
  if (has_duplicate_key(root)) return unreadable("the answer names a key twice");
  return root;
}

std::optional<dom::element> member(dom::object object, std::string_view name) {
  dom::element found;
  if (object.at_key(name).get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return found;
}

std::string_view text_member(dom::object object, std::string_view name) {
  std::string_view text;
  const auto found = member(object, name);
  return found && found->get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

Attribute<std::string> text_attribute(dom::object object, std::string_view name, Attestation attestation) {
  const auto found = member(object, name);
  if (!found) return {};
  std::string_view text;
  if (found->get(text) != simdjson::SUCCESS) return Attribute<std::string>::unreadable();
  if (text.empty()) return {};
  return {std::string(text), attestation};
}

Attribute<bool> flag_attribute(dom::object object, std::string_view name, Attestation attestation) {
  const auto found = member(object, name);
  if (!found) return {};
  bool flag = false;
  if (found->get(flag) != simdjson::SUCCESS) {
    std::string_view text;
    return found->get(text) == simdjson::SUCCESS && text.empty() ? Attribute<bool>{} : Attribute<bool>::unreadable();
  }
  return {flag, attestation};
}

Attribute<Date> date_attribute(dom::object object, std::string_view name, Attestation attestation) {
  const auto text = text_attribute(object, name, attestation);
  if (text.attestation() == Attestation::absent) return {};
  const auto* value = text.reveal();
  const auto date = value != nullptr ? parse_date(*value) : std::nullopt;
  return date ? Attribute<Date>(*date, attestation) : Attribute<Date>::unreadable();
}

Attribute<Gender> gender_attribute(dom::object object, std::string_view name, Attestation attestation) {
  const auto text = text_attribute(object, name, attestation);
  if (text.attestation() == Attestation::absent) return {};
  const std::string_view value = text.reveal() != nullptr ? std::string_view(*text.reveal()) : std::string_view{};
  if (value == "male" || value == "MALE") return {Gender::male, attestation};
  if (value == "female" || value == "FEMALE") return {Gender::female, attestation};
  if (value == "OTHER") return {Gender::other, attestation};
  return Attribute<Gender>::unreadable();
}

void read_carrier(Person& person, dom::object object, std::string_view name, Attestation attestation) {
  const auto text = text_attribute(object, name, attestation);
  if (text.attestation() == Attestation::absent) return;
  std::string_view value = text.reveal() != nullptr ? std::string_view(*text.reveal()) : std::string_view{};
  constexpr std::string_view suffix = "_MVNO";
  const bool mvno = value.size() > suffix.size() && value.substr(value.size() - suffix.size()) == suffix;
  if (mvno) value.remove_suffix(suffix.size());
  if (value == "SKT") {
    person.carrier = {Carrier::skt, attestation};
  } else if (value == "KT") {
    person.carrier = {Carrier::kt, attestation};
  } else if (value == "LGU" || value == "LGT") {
    person.carrier = {Carrier::lgu, attestation};
  } else {
    person.carrier = Attribute<Carrier>::unreadable();
    person.mvno = Attribute<bool>::unreadable();
    return;
  }
  person.mvno = {mvno, attestation};
}

}  // namespace bonin
