#include "registry/distant_store.hpp"

#include <algorithm>
#include <utility>

namespace bonin::registry_detail {

DistantStore::Ahead::Ahead(const Wanted& wanted) {
  const auto nothing = [](auto& ahead, const auto& values) {
    for (const auto& value : values) ahead[value] = std::nullopt;
  };
  nothing(keys, wanted.keys);
  nothing(uses, wanted.uses);
  nothing(accounts, wanted.accounts);
  nothing(reservations, wanted.reservations);
}

void DistantStore::forget(std::int64_t person) {
  std::erase_if(ahead_.keys, [person](const auto& entry) { return entry.second && entry.second->person.id == person; });
  const auto theirs = [person](const auto& entry) { return entry.second && entry.second->id == person; };
  std::erase_if(ahead_.accounts, theirs);
  std::erase_if(ahead_.reservations, theirs);
}

void DistantStore::forget(const PersonRow& row) {
  ahead_.accounts.erase(row.account);
  ahead_.reservations.erase(row.reservation);
}

std::vector<PepperRow> DistantStore::peppers() {
  if (seen_) return seen_->peppers;
  if (auto ahead = std::exchange(ahead_.peppers, std::nullopt)) return std::move(*ahead);
  return ask_peppers();
}

bool DistantStore::uses_pepper(std::string_view id) {
  // Rarely asked, and as true a moment later: it may come after what was seen.
  const auto seen = std::exchange(seen_, std::nullopt);
  const bool used = ask_uses_pepper(id);
  seen_ = seen;
  return used;
}

std::optional<Hit> DistantStore::key(const Hash& hash) {
  if (seen_) {
    const auto hit = seen_->keys.find(hash);
    return hit == seen_->keys.end() ? std::nullopt : std::optional(hit->second);
  }
  if (const auto ahead = ahead_.keys.find(hash); ahead != ahead_.keys.end()) return ahead->second;
  return ask_key(hash);
}

bool DistantStore::has_key(std::int64_t person, KeyKind kind) {
  if (!seen_ || kind != KeyKind::ci) return Store::has_key(person, kind);
  return std::find(seen_->with_ci.begin(), seen_->with_ci.end(), person) != seen_->with_ci.end();
}

std::optional<PersonRow> DistantStore::person_of_account(std::string_view account) {
  if (const auto ahead = ahead_.accounts.find(account); ahead != ahead_.accounts.end()) return ahead->second;
  return ask_person_of_account(account);
}

std::optional<PersonRow> DistantStore::person_of_reservation(std::string_view reservation) {
  const auto ahead = ahead_.reservations.find(reservation);
  return ahead == ahead_.reservations.end() ? ask_person_of_reservation(reservation) : ahead->second;
}

std::optional<UseRow> DistantStore::use(std::string_view id_hash) {
  if (seen_) {
    const auto use = seen_->uses.find(id_hash);
    return use == seen_->uses.end() ? std::nullopt : std::optional(use->second);
  }
  if (const auto ahead = ahead_.uses.find(id_hash); ahead != ahead_.uses.end()) return ahead->second;
  return ask_use(id_hash);
}

}  // namespace bonin::registry_detail
