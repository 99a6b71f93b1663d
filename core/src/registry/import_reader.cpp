#include "registry/import_reader.hpp"

#include <algorithm>

#include "registry/operation.hpp"

namespace bonin::registry_detail {
namespace {

bool is_base64(std::string_view text, std::size_t size, std::size_t fewest_pads, std::size_t most_pads) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() != size) return false;
  const auto end = text.find_last_not_of('=') + 1;
  return size - end >= fewest_pads && size - end <= most_pads &&
         text.substr(0, end).find_first_not_of(letters) == std::string_view::npos;
}

/// What tables write for nothing, and what is no one text.
bool is_obviously_broken(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool nothing = lower == "null" || lower == "none" || lower == "nil" || lower == "undefined" || lower == "nan";
  crypto::wipe(lower.data(), lower.size());
  return nothing || std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

bool good_value(KeyKind kind, std::string_view value, bool any_value) {
  if (!Keyring::fits(value) || is_obviously_broken(value)) return false;
  if (any_value) return true;
  return kind == KeyKind::ci ? is_base64(value, 88, 2, 2) : is_base64(value, 64, 0, 2);
}

}  // namespace

std::string_view ImportReader::refuse(std::string_view kind, std::string_view account) const {
  const auto known = kind == "ci" ? KeyKind::ci : KeyKind::di;
  if (kind != "ci" && kind != "di") return "bad_kind";
  if (!ring.counts(known)) return "unused_kind";
  return check_text("account_id", account) ? "bad_account" : std::string_view();
}

std::string_view ImportReader::read(const ImportRow& row, Arrival& arrival) const {
  if (const auto reason = refuse(row.kind, row.account_id); !reason.empty()) return reason;
  const auto kind = row.kind == "ci" ? KeyKind::ci : KeyKind::di;
  if (!good_value(kind, row.value, any_value)) return "bad_value";
  auto provider = provider_name(row.provider);
  // Who verified a CI says nothing about who it is.
  const bool known = provider.empty() ? kind == KeyKind::ci : !is_unknown_provider(provider, attests);
  if (!known) return "unknown_provider";
  if (!row.merchant.empty() && check_text("merchant", row.merchant)) return "bad_merchant";
  auto key = ring.hashed(kind, row.value, provider, row.merchant);
  arrival.keys.push_back({kind, std::move(key.hashes), 0, std::move(provider), 0});
  arrival.person.account = row.account_id;
  return {};
}

std::string_view ImportReader::read(const ImportKey& row, Arrival& arrival) const {
  if (const auto reason = refuse(row.kind, row.account_id); !reason.empty()) return reason;
  arrival.person.account = row.account_id;
  return read({row.kind == "ci" ? KeyKind::ci : KeyKind::di, row.pepper_id, row.hash, row.provider},
              row.received_at.value_or(Moment{}), arrival);
}

std::string_view ImportReader::read(const PersonKey& key, Moment received_at, Arrival& arrival) const {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto pepper = ring.place(key.pepper_id);
  if (pepper == ring.size()) return "unknown_pepper";
  if (key.hash.size() != 64 || key.hash.find_first_not_of(digits) != std::string::npos) return "bad_value";
  if (!key.provider.empty() && check_text("provider", key.provider)) return "unknown_provider";
  arrival.keys.push_back({key.kind,
                          {hash_of_hex(key.hash)},
                          pepper,
                          key.provider,
                          static_cast<Millis>(received_at.time_since_epoch().count())});
  return {};
}

std::string_view ImportReader::read(const PersonRecord& person, Arrival& arrival) const {
  std::string_view reason = person.keys.empty() ? "" : "unused_kind";
  for (const auto& [key, received_at] : person.keys) {
    if (!ring.counts(key.kind)) continue;
    reason = read(key, received_at, arrival);
    if (!reason.empty()) return reason;
  }
  const auto at = [](const std::optional<Moment>& when) { return when ? when->time_since_epoch().count() : 0; };
  arrival.person.account = person.account_id;
  arrival.person.rejoin_at = at(person.rejoin_at);
  if (person.banned) arrival.person.banned_until = person.banned_until ? at(person.banned_until) : for_ever;
  arrival.person.ban_reason = person.ban_reason;
  return reason;
}

}  // namespace bonin::registry_detail
