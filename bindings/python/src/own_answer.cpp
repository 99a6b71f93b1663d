#include "own_answer.hpp"

#include "errors.hpp"
#include "from_python.hpp"

using bonin::ErrorKind;

namespace {

using Found = std::optional<std::string>;

Found read_account(py::handle told, const char* parameter) {
  if (told.is_none()) return std::nullopt;
  try {
    return to_own_id(told, parameter);
  } catch (py::error_already_set&) {
    const auto name = to_text(py::type::handle_of(told).attr("__name__"), parameter);
    raise(ErrorKind::invalid_argument,
          std::string("`") + parameter +
              "` must be an account id (text, a whole number or a uuid.UUID), or None: it answered `" + name +
              "`; use `str(id)`",
          parameter);
  }
}

bonin::Claim read_granted(py::handle told, const std::string& parameter) {
  bonin::Claim claim;
  if (!py::isinstance(told, py::module_::import("bonin._registry").attr("Claim"))) {
    claim.outcome = to_word<bonin::Claim::Outcome>(told, parameter + ".outcome");
    return claim;
  }
  claim.outcome = to_word<bonin::Claim::Outcome>(told.attr("outcome"), parameter + ".outcome");
  if (const py::object reason = told.attr("reason"); !reason.is_none()) {
    claim.reason = bonin::claim_reasons[to_word_index(reason, parameter + ".reason", bonin::claim_reasons)];
  }
  if (const py::object until = told.attr("until"); !until.is_none())
    claim.until = to_moment(until, parameter + ".until");
  return claim;
}

/// A member of an object, or an item of a dict or a row. Null: it has none.
py::object member_of(py::handle told, const char* name) {
  PyObject* member = PyObject_GetAttrString(told.ptr(), name);
  if (member == nullptr && PyErr_ExceptionMatches(PyExc_AttributeError) != 0 && PyMapping_Check(told.ptr()) != 0) {
    PyErr_Clear();
    member = PyMapping_GetItemString(told.ptr(), name);
  }
  if (member == nullptr) {
    const bool absent = PyErr_ExceptionMatches(PyExc_LookupError) != 0 ||
                        PyErr_ExceptionMatches(PyExc_AttributeError) != 0 ||
                        PyErr_ExceptionMatches(PyExc_TypeError) != 0;
    if (!absent) throw py::error_already_set();
    PyErr_Clear();
  }
  return py::reinterpret_steal<py::object>(member);
}

}  // namespace

std::optional<std::string> read_found(py::handle told) { return read_account(told, "own_store.find"); }

bonin::Claim read_claim(py::handle told) { return read_granted(told, "own_store.claim"); }
bonin::Claim read_commit(py::handle told) { return read_granted(told, "own_store.commit"); }

bonin::OwnStanding read_standing(py::handle told) {
  const auto need = [told](const char* name) {
    py::object member = member_of(told, name);
    if (!member) {
      const std::string parameter = std::string("own_store.standing.") + name;
      raise(ErrorKind::invalid_argument,
            "`" + parameter + "` is missing: `standing` must answer `account`, `banned_until` and `rejoin_at`",
            parameter);
    }
    return member;
  };
  bonin::OwnStanding standing;
  standing.account_id = read_account(need("account"), "own_store.standing.account");
  const py::object banned = need("banned_until"), rejoin = need("rejoin_at");
  standing.banned = !banned.is_none();
  if (standing.banned && banned.ptr() != Py_True) {
    standing.banned_until = to_moment(banned, "own_store.standing.banned_until");
  }
  if (!rejoin.is_none()) standing.rejoin_at = to_moment(rejoin, "own_store.standing.rejoin_at");
  const py::object reservation = member_of(told, "reservation_id");
  if (reservation && !reservation.is_none()) {
    standing.reservation_id = to_text(reservation, "own_store.standing.reservation_id");
  }
  return standing;
}

bonin::Standing::Use read_use(py::handle told) {
  const auto index = to_word_index(told, "own_store.consume", bonin::own_store_uses);
  return *bonin::from_word<bonin::Standing::Use>(bonin::own_store_uses[index]);
}

bonin::Standing::Place read_place(py::handle told) {
  if (told.is_none()) return bonin::Standing::Place::free;
  const auto index = to_word_index(told, "own_store.reserve", bonin::own_store_refusals);
  return *bonin::from_word<bonin::Standing::Place>(bonin::own_store_refusals[index]);
}

bool read_cancel(py::handle told) { return to_bool(told, "own_store.cancel"); }
bool read_unban(py::handle told) { return to_bool(told, "own_store.unban"); }
bool read_release(py::handle told) { return to_bool(told, "own_store.release"); }
bool read_forget(py::handle told) { return to_bool(told, "own_store.forget"); }
bonin::Done read_ban(py::handle) { return {}; }
