// The rules of single use and of sign-up in two phases.

#include "registry/outcome.hpp"
#include "registry/rules.hpp"

namespace bonin::registry_detail {
namespace {

constexpr Millis longest_call = 3'600'000;  // more than any time limit

}  // namespace

std::vector<std::string> use_hashes(const UsedId& used) {
  auto of_either = digest({"verification", used.id});
  if (used.api) return {use_hash(*used.api, used.id), std::move(of_either)};
  return {std::move(of_either), use_hash(Api::v1, used.id), use_hash(Api::v2, used.id)};
}

std::string use_hash(Api api, std::string_view id) { return digest({"verification", to_string(api), id}); }

std::string flow_hash(std::string_view flow) { return digest({"flow", flow}); }

std::string used_by(std::string_view hash, std::string_view subject) { return digest({"use", hash, subject}); }

// ---- two-phase sign-up --------------------------------------------------------------------------

Reserved Rules::reserve(const PersonKeys& keys, const UsedId& id, std::string_view subject, Millis life,
                        std::string_view fresh_id) {
  const auto known = look(keys, Mode::write);
  if (const auto there = place(known, keys, id, subject); there != Standing::Place::free)
    return {std::nullopt, to_string(there)};
  PersonRow person;
  if (!known.persons.empty()) person = known.persons[0];
  if (person.reserved_until <= now_) person.reservation = fresh_id;
  person.reserved_for = reserved_for(person.reservation, subject, id);
  // Each renewal ends later than the reservation before it, so that the two can be told apart.
  person.reserved_until = std::max(now_ + life, person.reserved_until + 1);
  if (person.id == 0) {
    add_person(keys, known, person);
  } else {
    store_.put_person(person);
  }
  return {Reservation{person.reservation, moment(person.reserved_until), nullptr}, {}};
}

Claim Rules::commit(std::string_view reservation, std::string_view account) {
  auto person = store_.person_of_reservation(reservation);
  if (!person) return refused("lapsed", for_ever);
  if (const auto no = refusal({*person})) return *no;
  if (!person->account.empty()) {
    return person->account == account ? granted(Claim::Outcome::existing) : taken("other_account");
  }
  if (person->reserved_until <= now_) return refused("lapsed", for_ever);
  if (store_.person_of_account(account)) return taken("other_person");
  settle_account(*person, account);
  store_.put_person(*person);
  return granted(Claim::Outcome::created);
}

bool Rules::cancel(std::string_view reservation) {
  auto person = store_.person_of_reservation(reservation);
  if (!person || person->reserved_until <= now_) return false;
  person->reservation.clear();
  person->reserved_for.clear();
  person->reserved_until = 0;
  keep_or_erase(*person);
  return true;
}

void Rules::give_back(const Reservation& reservation) {
  const auto person = store_.person_of_reservation(reservation.id);
  if (person && person->account.empty() && moment(person->reserved_until) == reservation.expires_at) {
    cancel(reservation.id);
  }
}

// ---- single use ---------------------------------------------------------------------------------

Standing::Use Rules::use(const UsedId& id, std::string_view subject) {
  if (!id.flow.empty()) {
    // A flow belongs to its first id. A second certification has another id and needs another flow.
    const auto hash = flow_hash(id.flow);
    if (const auto use = store_.use(hash); use && use->subject_hash != used_by(hash, id.id)) {
      return Standing::Use::other_subject;
    }
  }
  for (const auto& hash : use_hashes(id)) {
    const auto use = store_.use(hash);
    if (!use) continue;
    const bool same = !subject.empty() && use->subject_hash == used_by(hash, subject);
    return same ? Standing::Use::same_subject : Standing::Use::other_subject;
  }
  return Standing::Use::first;
}

/// Keeps a use that is reported again, even if the first call, which may still be under way, is taken back. The row is
/// dated a millisecond earlier, so that the first call no longer recognises it as its own.
void Rules::rely_on(const std::string& hash, const UseRow& use) {
  if (now_ - use.used_at < longest_call) store_.touch_use(hash, use.used_at - 1);
}

Standing::Use Rules::consume(const UsedId& id, std::string_view subject) {
  const auto seen = use(id, subject);
  if (seen == Standing::Use::other_subject) return seen;
  if (!id.flow.empty()) {
    const auto hash = flow_hash(id.flow);
    if (const auto use = store_.use(hash)) {
      rely_on(hash, *use);
    } else {
      store_.add_use({hash, used_by(hash, id.id), now_});
    }
  }
  const auto hashes = use_hashes(id);
  if (seen == Standing::Use::first) {
    store_.add_use({hashes.front(), used_by(hashes.front(), subject), now_});
    return seen;
  }
  for (const auto& hash : hashes) {
    if (const auto use = store_.use(hash)) rely_on(hash, *use);
  }
  return seen;
}

void Rules::give_back_use(const UsedId& id, Millis used_at) {
  for (const auto& hash : use_hashes(id)) store_.erase_use(hash, used_at);
  if (!id.flow.empty()) store_.erase_use(flow_hash(id.flow), used_at);
}

Admission Rules::admit(const PersonKeys& keys, const UsedId& id, std::string_view subject,
                       const Registry::AdmitOptions& options, Millis life, std::string_view fresh_id) {
  Admission admission;
  bool stale = false;
  admission.standing = standing(keys, id, subject, stale);
  const bool wanted = !options.only_if || options.only_if(admission.standing);
  auto& use = admission.standing.use;
  if (wanted && options.consume) use = consume(id, subject);
  if (!options.reserve) return admission;
  // A caller with `only_if` has judged the use as well. For other callers a stolen id reserves nothing.
  const bool stolen = options.consume && !options.only_if && use == Standing::Use::other_subject;
  if (wanted && !stolen && admission.standing.place == Standing::Place::free) {
    admission.reservation = reserve(keys, id, subject, life, fresh_id).reservation;
  } else {
    look(keys, Mode::write);  // stores new keys of this person, so that a ban holds for them
  }
  if (wanted) admission.require_reservation();
  return admission;
}

}  // namespace bonin::registry_detail
