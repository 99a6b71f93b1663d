#include "registry/rules.hpp"

#include "registry/outcome.hpp"

namespace bonin::registry_detail {

// ---- peppers ------------------------------------------------------------------------------------

bool Rules::peppers_changed() {
  const auto rows = store_.peppers();
  return std::none_of(rows.begin(), rows.end(), [this](const PepperRow& row) { return row.id == ring_.id(0); });
}

void Rules::check_peppers(bool write) {
  bool listed = false;
  for (const auto& row : store_.peppers()) {
    if (!ring_.holds(row.id)) {
      if (store_.uses_pepper(row.id)) {
        fail(ErrorKind::invalid_pepper, "the store holds keys under the pepper `" + row.id +
                                            "`, which was not given; give the pepper that the store was written with, "
                                            "after a newer one in `peppers`");
      }
      continue;  // the pepper stays, because another machine may be about to write under it
    }
    for (std::size_t i = 0; i < ring_.size(); ++i) {
      if (ring_.id(i) == row.id && ring_.row(i).proof != row.proof) {
        fail(ErrorKind::invalid_pepper, "the pepper `" + row.id +
                                            "` is not the one the store was written with; give that one, or another "
                                            "name to a new one");
      }
    }
    if (row.id == ring_.id(0)) listed = true;
  }
  if (write && !listed) store_.add_pepper(ring_.row(0));
}

// ---- who is it ----------------------------------------------------------------------------------

Rules::Known Rules::look(const PersonKeys& keys, Mode mode) {
  Known known;
  bool ci_missing = false;
  for (std::size_t i = 0; i < keys.keys.size(); ++i) {
    const auto& key = keys.keys[i];
    std::int64_t found = 0;
    for (std::size_t pepper = 0; pepper < key.hashes.size(); ++pepper) {
      auto hit = store_.key(key.hashes[pepper]);
      if (!hit) continue;
      if (found != 0) {  // keys that were hashed elsewhere may be there under each
        const bool other = hit->person.id != found;
        if (!other) known.twice.push_back(key.hashes[pepper]);
        if (other && !lapsed(hit->person)) known.persons.push_back(std::move(hit->person));
        continue;
      }
      if (lapsed(hit->person)) {
        if (mode == Mode::write) store_.erase_person(hit->person.id);
        continue;
      }
      found = hit->person.id;
      if (pepper > 0) known.old.push_back({key.hashes[pepper], key.hashes[0]});
      const bool seen = std::any_of(known.persons.begin(), known.persons.end(),
                                    [&](const PersonRow& p) { return p.id == hit->person.id; });
      if (!seen) known.persons.push_back(std::move(hit->person));
    }
    if (found == 0) {
      known.missing.push_back(i);
      ci_missing = ci_missing || key.kind == KeyKind::ci;
    }
  }
  known.contradiction = known.persons.size() > 1;
  if (ci_missing && known.persons.size() == 1) {
    // Known by DI, and this CI is new: a person has one CI, so a second one is somebody else's.
    known.contradiction = store_.has_key(known.persons[0].id, KeyKind::ci);
    if (known.contradiction && mode == Mode::write) look_again_if_it_came_meanwhile(keys, known.persons[0].id);
  }
  if (mode == Mode::write) {
    for (const auto& hash : known.twice) store_.erase_key(hash);
    for (const auto& old : known.old) store_.move_key(old.from, old.to, ring_.id(0));
    // These keys are this person's even when the call is refused: a ban holds for all of them from now on.
    if (known.persons.size() == 1 && !known.contradiction) {
      for (const auto& row : missing_keys(keys, known, known.persons[0].id)) store_.add_key(row);
    }
  }
  return known;
}

/// An import takes no lock of a key: this very CI may have come between the look at the keys and the look at the
/// person.
void Rules::look_again_if_it_came_meanwhile(const PersonKeys& keys, std::int64_t person) {
  for (const auto& row : store_.keys_of(person, person)) {
    for (const auto& key : keys.keys) {
      if (std::find(key.hashes.begin(), key.hashes.end(), row.hash) == key.hashes.end() || key.kind != KeyKind::ci) {
        continue;
      }
      throw StoreFailure{.error = make_error(ErrorKind::store_busy, "the store is busy"), .again = true, .alone = true};
    }
  }
}

std::vector<KeyRow> Rules::missing_keys(const PersonKeys& keys, const Known& known, std::int64_t person) const {
  std::vector<KeyRow> rows;
  for (const auto i : known.missing) {
    rows.push_back({keys.keys[i].hashes[0], keys.keys[i].kind, ring_.id(0), person, keys.provider, now_});
  }
  return rows;
}

void Rules::add_person(const PersonKeys& keys, const Known& known, const PersonRow& person) {
  store_.add_person_with(person, missing_keys(keys, known, 0));
}

bool Rules::reserved_by_other(const PersonRow& person, std::string_view subject) const {
  return person.reserved_until > now_ && !is_reserved_for(person, subject);
}

std::optional<Claim> Rules::refusal(const std::vector<PersonRow>& persons) const {
  for (const auto& person : persons) {
    if (person.banned_until > now_) return refused("banned", person.banned_until);
  }
  for (const auto& person : persons) {
    if (person.account.empty() && person.rejoin_at > now_) return refused("rejoin_period", person.rejoin_at);
  }
  return std::nullopt;
}

Standing::Place Rules::place(const Known& known, const PersonKeys& keys, const UsedId& id,
                             std::string_view subject) const {
  using Place = Standing::Place;
  const Place open = keys.page_chosen ? Place::page_chosen_di : Place::free;
  if (const auto no = refusal(known.persons)) return no->reason == "banned" ? Place::banned : Place::rejoin_period;
  if (known.contradiction) return Place::two_persons;
  if (known.persons.empty()) return open;
  if (!known.persons[0].account.empty()) {
    return signed_up_by(known.persons[0], subject, id) ? Place::signed_up : Place::has_account;
  }
  return reserved_by_other(known.persons[0], subject) ? Place::reserved : open;
}

void Rules::keep_or_erase(const PersonRow& person) {
  if (lapsed(person)) {
    store_.erase_person(person.id);
  } else {
    store_.put_person(person);
  }
}

// ---- reading ------------------------------------------------------------------------------------

Result<std::optional<std::string>> Rules::find(const PersonKeys& keys, bool& stale) {
  const auto known = look(keys, Mode::read);
  stale = known.stale();
  if (known.contradiction) {
    return make_error(ErrorKind::conflict,
                      "the ci and the di of this verification lead to two persons; somebody has to tell which it is",
                      "verification");
  }
  if (known.persons.empty() || known.persons[0].account.empty()) return std::optional<std::string>();
  return std::optional(known.persons[0].account);
}

bool Rules::match(const PersonKeys& keys, std::string_view account, bool& stale) {
  const auto known = look(keys, Mode::read);
  stale = known.stale();
  return !known.contradiction && known.persons.size() == 1 && !account.empty() && known.persons[0].account == account;
}

Standing Rules::standing(const PersonKeys& keys, const UsedId& id, std::string_view subject, bool& stale) {
  Standing standing;
  standing.use = use(id, subject);
  if (keys.keys.empty()) {
    standing.place = place_without_keys(keys);  // the rest stays unknown
    return standing;
  }
  const auto known = look(keys, Mode::read);
  stale = known.stale();
  standing.account = Standing::Account::none;
  standing.banned = false;
  standing.rejoin_period_over = true;
  Millis banned_until = 0, rejoin_at = 0;
  for (const auto& person : known.persons) {
    if (!person.account.empty()) {
      standing.account = person.account == subject ? Standing::Account::same : Standing::Account::other;
    }
    if (reserved_by_other(person, subject)) standing.reserved = true;
    if (person.banned_until > now_) banned_until = std::max(banned_until, person.banned_until);
    if (person.account.empty() && person.rejoin_at > now_) rejoin_at = std::max(rejoin_at, person.rejoin_at);
  }
  if (banned_until != 0) {
    standing.banned = true;
    standing.banned_for_ever = banned_until == for_ever;
    if (!standing.banned_for_ever) standing.banned_until = moment(banned_until);
  }
  if (rejoin_at != 0) {
    standing.rejoin_period_over = false;
    standing.rejoin_at = moment(rejoin_at);
  }
  if (known.contradiction) standing.account = Standing::Account::other;
  standing.place = place(known, keys, id, subject);
  return standing;
}

PersonPage Rules::page(std::int64_t after, int limit) {
  PersonPage page;
  const auto at = [](Millis when) { return when > 0 ? std::optional(moment(when)) : std::nullopt; };
  const auto rows = store_.persons_after(after, limit);
  if (rows.empty()) return page;
  const auto keys = store_.keys_of(rows.front().id, rows.back().id);
  auto key = keys.begin();
  for (const auto& row : rows) {
    PersonRecord record;
    record.person = row.id;
    record.account_id = row.account;
    record.rejoin_at = at(row.rejoin_at);
    record.banned = row.banned_until > now_;
    if (record.banned && row.banned_until != for_ever) record.banned_until = at(row.banned_until);
    if (record.banned) record.ban_reason = row.ban_reason;
    record.reserved_until = at(row.reserved_until);
    for (; key != keys.end() && key->person == row.id; ++key) {
      record.keys.push_back({{key->kind, key->pepper, hex(key->hash), key->provider}, moment(key->received_at)});
    }
    page.items.push_back(std::move(record));
  }
  if (page.items.size() == static_cast<std::size_t>(limit)) page.next = page.items.back().person;
  return page;
}

// ---- accounts -----------------------------------------------------------------------------------

void Rules::settle_account(PersonRow& person, std::string_view account) {
  person.account = account;
  person.rejoin_at = 0;
  person.reserved_until = 0;
}

Claim Rules::claim(const PersonKeys& keys, std::string_view account, std::string_view subject) {
  const auto known = look(keys, Mode::write);
  if (const auto no = refusal(known.persons)) return *no;
  if (known.contradiction) return taken("two_persons");
  const auto holder = store_.person_of_account(account);
  if (known.persons.empty()) {
    if (holder) return taken("other_person");
    if (keys.page_chosen) return refused("page_chosen_di", for_ever);
    PersonRow person;
    settle_account(person, account);
    add_person(keys, known, person);
    return granted(Claim::Outcome::created);
  }
  PersonRow person = known.persons[0];
  if (holder && holder->id != person.id) return taken("other_person");
  if (!person.account.empty()) {
    return person.account == account ? granted(Claim::Outcome::existing) : taken("other_account");
  }
  if (reserved_by_other(person, subject)) return taken("reserved");
  // A live reservation of this subject was given in the knowledge of how the DI came about.
  if (keys.page_chosen && person.reserved_until <= now_) return refused("page_chosen_di", for_ever);
  settle_account(person, account);
  forget_verification(person);
  store_.put_person(person);
  return granted(Claim::Outcome::created);
}

bool Rules::release(std::string_view account, Millis rejoin_after) {
  auto person = store_.person_of_account(account);
  if (!person) return false;
  person->account.clear();
  person->rejoin_at = rejoin_after > 0 ? now_ + rejoin_after : 0;
  person->reservation.clear();
  person->reserved_for.clear();
  person->reserved_until = 0;
  keep_or_erase(*person);
  return true;
}

bool Rules::forget(std::string_view account) {
  const auto person = store_.person_of_account(account);
  if (person) store_.erase_person(person->id);
  return person.has_value();
}

// ---- bans ---------------------------------------------------------------------------------------

std::vector<PersonRow> Rules::persons_of(const Who& who) {
  auto person = who.account_id.empty() ? store_.person(who.person) : store_.person_of_account(who.account_id);
  if (!person || lapsed(*person)) return {};
  return {std::move(*person)};
}

Result<Done> Rules::ban(const Who& who, const PersonKeys& keys, Millis until, std::string_view reason) {
  if (until <= now_) return expected("until", "a moment to come");
  const auto known = who.verification ? look(keys, Mode::write) : Known{persons_of(who), {}, {}, {}, false};
  if (known.persons.empty() && !who.verification) {
    return make_error(ErrorKind::not_found,
                      who.account_id.empty() ? "there is no such person" : "there is no such account");
  }
  auto persons = known.persons;
  // Keys that lead to nobody are somebody's as well: of whoever is not known yet, or of another CI beside a known DI.
  if (persons.empty() || (known.contradiction && !known.missing.empty())) persons.emplace_back();
  for (auto& person : persons) {
    person.banned_until = until;
    person.ban_reason = reason;
    if (person.id == 0) {
      add_person(keys, known, person);
    } else {
      store_.put_person(person);
    }
  }
  return Done{};
}

bool Rules::unban(const Who& who, const PersonKeys& keys) {
  bool banned = false;
  for (auto& person : who.verification ? look(keys, Mode::write).persons : persons_of(who)) {
    banned = banned || person.banned_until > now_;
    person.banned_until = 0;
    person.ban_reason.clear();
    keep_or_erase(person);
  }
  return banned;
}

// ---- housekeeping -------------------------------------------------------------------------------

std::vector<PepperCount> Rules::count_by_pepper() {
  std::vector<PepperCount> counts;
  for (std::size_t i = 0; i < ring_.size(); ++i) counts.push_back({ring_.id(i), 0, i == 0, true});
  for (const auto& [id, keys] : store_.keys_by_pepper()) {
    const auto known =
        std::find_if(counts.begin(), counts.end(), [&id = id](const auto& c) { return c.pepper_id == id; });
    if (known != counts.end()) {
      known->keys = keys;
    } else {
      counts.push_back({id, keys, false, false});
    }
  }
  return counts;
}

}  // namespace bonin::registry_detail
