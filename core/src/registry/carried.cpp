#include "registry/carried.hpp"

#include <charconv>

#include "bonin/secret.hpp"
#include "model/hex.hpp"

namespace bonin::registry_detail {
namespace {

// An id: `c1`, the end in milliseconds, whose it is, the provider in hex, three parts for each key (kind, pepper's id,
// hash), and the signature, joined by `~`. No part holds that character.
constexpr char separator = '~';
constexpr std::string_view version = "c1";
constexpr std::size_t signature_size = 64;

std::string signature(const Keyring& ring, std::size_t pepper, std::string_view head) {
  return hex(ring.hash(pepper, "carried", head));
}

std::string hex_of(std::string_view text) {
  return to_hex({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

std::string text_of(std::string_view hex) {
  std::vector<unsigned char> bytes(hex.size() / 2);
  decode_hex(hex, bytes);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string carry(const Keyring& ring, const Carried& place, std::string_view whose) {
  std::string id(version);
  const auto add = [&id](std::string_view part) { id.append(1, separator).append(part); };
  add(std::to_string(place.end.time_since_epoch().count()));
  add(whose);
  add(hex_of(place.keys.empty() ? std::string() : place.keys.front().provider));
  for (const auto& key : place.keys) {
    add(to_string(key.kind));
    add(key.pepper_id);
    add(key.hash);
  }
  add(signature(ring, 0, id));
  return id;
}

std::optional<Carried> open_carried(const Keyring& ring, std::string_view id) {
  if (id.size() <= signature_size || id[id.size() - signature_size - 1] != separator) return std::nullopt;
  const auto head = id.substr(0, id.size() - signature_size - 1);
  const auto signed_by = id.substr(id.size() - signature_size);
  bool ours = false;
  for (std::size_t i = 0; i < ring.size(); ++i) ours |= equal_in_constant_time(signed_by, signature(ring, i, head));
  const auto part = split(head);
  // What is signed was written by `carry`.
  if (!ours || part.front() != version || part.size() < 7 || part.size() % 3 != 1) return std::nullopt;
  Millis end = 0;
  std::from_chars(part[1].data(), part[1].data() + part[1].size(), end);
  Carried place;
  place.end = Moment{std::chrono::milliseconds(end)};
  for (std::size_t i = 4; i + 2 < part.size(); i += 3) {
    place.keys.push_back({part[i] == to_string(KeyKind::ci) ? KeyKind::ci : KeyKind::di, std::string(part[i + 1]),
                          std::string(part[i + 2]), text_of(part[3])});
  }
  return place;
}

bool CarriedPlaces::settle(std::string_view id, Moment end, Moment now, Place place) {
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [now](const auto& one) { return one.second.end <= now; });
  const auto [at, fresh] = known_.try_emplace(std::string(id), Known{place, end});
  return fresh || (place == Place::asked_for && at->second.place == Place::asked_for);
}

}  // namespace bonin::registry_detail
