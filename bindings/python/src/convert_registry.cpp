#include "convert_registry.hpp"

#include "from_python.hpp"
#include "shown.hpp"
#include "to_python.hpp"

namespace {

py::object record(const char* name) { return py::module_::import("bonin._registry").attr(name); }

py::object flag_or_none(std::optional<bool> flag) {
  if (!flag) return py::none();
  return py::bool_(*flag);
}

py::object person_to_python(const bonin::PersonRecord& person) {
  py::list keys;
  for (const auto& [key, received_at] : person.keys)
    keys.append(record("StoredKey")(to_python(key), to_python(received_at)));
  return record("PersonRecord")(person.person, text_or_none(person.account_id), value_or_none(person.rejoin_at),
                                person.banned, value_or_none(person.banned_until), text_or_none(person.ban_reason),
                                value_or_none(person.reserved_until), keys);
}

}  // namespace

py::object to_python(const bonin::PersonKey& key) {
  return record("PersonKey")(to_python(to_string(key.kind)), to_python(key.pepper_id), to_python(key.hash),
                             to_python(key.provider));
}

py::object to_python(const bonin::Claim& claim) {
  return record("Claim")(to_python(to_string(claim.outcome)), text_or_none(claim.reason), value_or_none(claim.until));
}

py::object to_python(const bonin::Counts& counts) {
  return record("Counts")(counts.persons, counts.accounts, counts.keys, counts.uses);
}

py::object to_python(bonin::Standing::Use use) { return to_python(to_string(use)); }

py::object to_python(const bonin::Standing& standing) {
  py::dict out;
  out["account"] = to_python(to_string(standing.account));
  out["reserved"] = standing.reserved;
  out["use"] = to_python(standing.use);
  out["banned"] = flag_or_none(standing.banned);
  out["banned_until"] = standing.banned_for_ever ? py::object(py::bool_(true)) : value_or_none(standing.banned_until);
  out["rejoin_period_over"] = flag_or_none(standing.rejoin_period_over);
  out["rejoin_at"] = value_or_none(standing.rejoin_at);
  out["place"] = to_python(to_string(standing.place));
  PYBIND11_CONSTINIT static Kept place;
  return shown(place, "Standing", out);
}

py::object to_python(const std::vector<bonin::PepperCount>& counts) {
  py::list out;
  for (const auto& one : counts) {
    out.append(record("PepperCount")(to_python(one.pepper_id), one.keys, one.writing, one.given));
  }
  return out;
}

py::object to_python(const bonin::PersonPage& page) {
  py::list items;
  for (const auto& person : page.items) items.append(person_to_python(person));
  return record("PersonPage")(items, page.next);
}

py::object to_python(const bonin::Reserved& reserved) {
  const auto& [reservation, reason] = reserved;
  return record("Reserved")(to_python(reservation ? &*reservation : nullptr), text_or_none(reason));
}

py::object to_python(const bonin::Admission& admission) {
  const auto& [standing, reservation] = admission;
  return record("Admission")(to_python(standing), to_python(reservation ? &*reservation : nullptr));
}

py::object to_python(const bonin::Reservation* reservation) {
  if (reservation == nullptr) return py::none();
  return py::cast(*reservation);
}
