#include "registry/own_store.hpp"

#include <algorithm>

#include "bonin/words.hpp"
#include "model/invalid_argument.hpp"
#include "registry/keeper.hpp"
#include "registry/operation.hpp"
#include "registry/outcome.hpp"

namespace bonin::registry_detail {
namespace {

/// What only some functions may say means nothing of the others.
Error as_failure(const Error& error) {
  if (error.kind != ErrorKind::conflict && error.kind != ErrorKind::not_found) return error;
  auto failed = make_error(ErrorKind::store_failed, error.message);
  failed.thrown = error.thrown;
  return failed;
}

/// Why an answer cannot be taken, whatever language it came from. An account id is one that a claim would take.
std::optional<Error> check_account(const std::optional<std::string>& told, const char* answer) {
  const auto wrong = told ? check_text("account_id", *told) : std::nullopt;
  if (!wrong) return std::nullopt;
  return make_error(ErrorKind::store_failed,
                    std::string("`") + answer + "` of the application's own store is no account id: " + wrong->message);
}
std::optional<Error> check_told(const std::optional<std::string>& told) { return check_account(told, "find"); }
std::optional<Error> check_told(const OwnStanding& told) { return check_account(told.account_id, "standing.account"); }
template <class T>
std::optional<Error> check_told(const T&) {
  return std::nullopt;
}

/// One call, which asks the application's functions one after another. When the call has ended, no more are asked.
template <class T>
class Asking : public std::enable_shared_from_this<Asking<T>> {
 public:
  Asking(const ImplPtr& impl, RegistryOperation operation, const CallOptions& call, Callback<T> done)
      : own(impl->own),
        impl_(impl),
        engine_(impl->running()),
        caller_(call.caller),
        answer_(engine_.lock()->begin<T>(operation, call, std::move(done))) {}

  /// `then` hears what the function answers, or one of the errors that it may answer with. Other errors end the call.
  template <class A, class Function, class... Given>
  void ask_with(std::initializer_list<ErrorKind> known, const Function& function, std::function<void(Result<A>)> then,
                Given... given) {
    auto heard = [self = this->shared_from_this(), known = std::vector(known), then](Result<A> told) {
      if (const auto wrong = told ? check_told(told.value()) : std::nullopt) return self->fail(*wrong);
      if (told || std::find(known.begin(), known.end(), told.error().kind) != known.end()) return then(std::move(told));
      self->fail(as_failure(told.error()));
    };
    const auto ended = [weak = std::weak_ptr<Pending>(answer_)] {
      const auto call = weak.lock();
      return !call || call->ended();
    };
    auto question = [function, heard, caller = OwnCaller(caller_, ended), given...] {
      function(given..., caller, heard);
    };
    const auto engine = engine_.lock();
    if (!engine) return answer_->fail(closed());
    engine->read(std::make_unique<OwnTask>(answer_, std::move(question)));
  }
  template <class A, class Function, class Then, class... Given>
  void ask(const Function& function, Then then, Given... given) {
    ask_with<A>({}, function, [then](Result<A> told) { then(std::move(told.value())); }, std::move(given)...);
  }

  /// Answers the call with what the function answers.
  template <class Function, class... Given>
  void hand_on(const Function& function, Given... given) {
    ask<T>(function, [self = this->shared_from_this()](T told) { self->give(std::move(told)); }, std::move(given)...);
  }

  void give(T answer) { answer_->give(std::move(answer)); }
  void fail(const Error& error) { answer_->fail(error); }
  /// Null: the registry is gone, and the call has ended.
  ImplPtr impl() {
    auto impl = impl_.lock();
    if (!impl) answer_->fail(closed());
    return impl;
  }
  Call call() const { return Call(answer_); }

  const OwnStore own;

 private:
  static Error closed() { return make_error(ErrorKind::closed, "the registry is closed"); }

  const std::weak_ptr<Registry::Impl> impl_;
  const std::weak_ptr<Engine> engine_;
  const std::uint64_t caller_;
  const std::shared_ptr<Answer<T>> answer_;
};

template <class T>
using AskingPtr = std::shared_ptr<Asking<T>>;

template <class T>
AskingPtr<T> begin(const ImplPtr& impl, RegistryOperation operation, const CallOptions& call, Callback<T> done) {
  return std::make_shared<Asking<T>>(impl, operation, call, std::move(done));
}

Moment now(const Registry::Impl& impl) { return impl.engine_options.clock->now(); }

std::vector<PersonKey> shown(const Registry::Impl& impl, const PersonKeys& keys) { return impl.ring->shown(keys); }

// ---- standing -----------------------------------------------------------------------------------

/// Of a reservation in the store. The same for the same subject and verification as long as the pepper is the same, so
/// that a repeated one is the same one, and the account that came of it is known again.
std::string reservation_id(const Keyring& ring, std::size_t pepper, const Whose& whose) {
  const auto api = whose.id.api ? to_string(*whose.id.api) : std::string_view();
  return hex(ring.hash(pepper, "reservation", digest({whose.subject, api, whose.id.id}))).substr(0, 32);
}

bool signed_up_by(const Keyring& ring, const std::string& reservation, const Whose& whose) {
  if (reservation.empty() || whose.subject.empty()) return false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    if (reservation == reservation_id(ring, i, whose)) return true;
  }
  return false;
}

void name_account(Standing& standing, const std::optional<std::string>& account, const Whose& whose) {
  using Account = Standing::Account;
  const bool same = account && !whose.subject.empty() && *account == whose.subject;
  standing.account = !account ? Account::none : same ? Account::same : Account::other;
  const auto open = whose.keys.page_chosen ? Standing::Place::page_chosen_di : Standing::Place::free;
  standing.place = account ? Standing::Place::has_account : open;
}

Standing standing_of(const Registry::Impl& impl, const OwnStanding& told, const Whose& whose) {
  Standing standing;
  name_account(standing, told.account_id, whose);
  const auto moment = now(impl);
  standing.banned = told.banned && (!told.banned_until || *told.banned_until > moment);
  standing.rejoin_period_over = told.account_id || !told.rejoin_at || *told.rejoin_at <= moment;
  if (*standing.banned) {
    standing.banned_until = told.banned_until;
    standing.banned_for_ever = !told.banned_until;
  }
  if (!*standing.rejoin_period_over) standing.rejoin_at = told.rejoin_at;
  if (*standing.banned) {
    standing.place = Standing::Place::banned;
  } else if (!*standing.rejoin_period_over) {
    standing.place = Standing::Place::rejoin_period;
  } else if (told.account_id && signed_up_by(*impl.ring, told.reservation_id, whose)) {
    standing.place = Standing::Place::signed_up;
  }
  return standing;
}

/// `then` hears what the store says of the person.
template <class T>
void stand(const AskingPtr<T>& asking, const Whose& whose, std::function<void(Standing)> then) {
  const auto impl = asking->impl();
  if (!impl) return;
  Standing standing;
  if (whose.keys.keys.empty()) {
    standing.place = place_without_keys(whose.keys);
    return then(standing);
  }
  Standing two_persons;
  two_persons.account = Standing::Account::other;
  two_persons.place = Standing::Place::two_persons;
  auto keys = shown(*impl, whose.keys);
  if (asking->own.standing) {
    const auto heard = [asking, whose, then, two_persons](const Result<OwnStanding>& told) {
      if (!told) return then(two_persons);
      if (const auto impl = asking->impl()) then(standing_of(*impl, told.value(), whose));
    };
    return asking->template ask_with<OwnStanding>({ErrorKind::conflict}, asking->own.standing, heard, std::move(keys));
  }
  const auto heard = [whose, then, two_persons](const Result<std::optional<std::string>>& found) {
    if (!found) return then(two_persons);
    Standing standing;
    name_account(standing, found.value(), whose);
    then(standing);
  };
  asking->template ask_with<std::optional<std::string>>({ErrorKind::conflict}, asking->own.find, heard,
                                                        std::move(keys));
}

/// Why a claim of this person grants nothing, whatever their account is.
std::optional<Claim> kept_out(const Registry::Impl& impl, const OwnStanding& told) {
  const auto moment = now(impl);
  if (told.banned && (!told.banned_until || *told.banned_until > moment)) {
    return Claim{Claim::Outcome::refused, "banned", told.banned_until};
  }
  if (!told.account_id && told.rejoin_at && *told.rejoin_at > moment) {
    return Claim{Claim::Outcome::refused, "rejoin_period", told.rejoin_at};
  }
  return std::nullopt;
}

/// `then` hears the account of somebody who may be granted one. Whoever may not has been answered.
void account_to_grant(const AskingPtr<Claim>& asking, std::vector<PersonKey> keys,
                      std::function<void(std::optional<std::string>)> then) {
  using Found = std::optional<std::string>;
  const auto two_persons = [asking] { asking->give(taken("two_persons")); };
  if (!asking->own.standing) {
    const auto heard = [then, two_persons](Result<Found> found) {
      if (!found) return two_persons();
      then(std::move(found.value()));
    };
    return asking->ask_with<Found>({ErrorKind::conflict}, asking->own.find, heard, std::move(keys));
  }
  const auto heard = [asking, then, two_persons](Result<OwnStanding> told) {
    if (!told) return two_persons();
    const auto impl = asking->impl();
    if (!impl) return;
    if (auto no = kept_out(*impl, told.value())) return asking->give(std::move(*no));
    then(std::move(told.value().account_id));
  };
  asking->ask_with<OwnStanding>({ErrorKind::conflict}, asking->own.standing, heard, std::move(keys));
}

/// Has the store's `claim` decide, of somebody whom its standing does not keep out.
void claim_by(const AskingPtr<Claim>& asking, std::vector<PersonKey> keys, std::string account) {
  if (!asking->own.standing) return asking->hand_on(asking->own.claim, std::move(keys), std::move(account));
  const auto hand_on = [asking, keys, account](const std::optional<std::string>&) {
    asking->hand_on(asking->own.claim, keys, account);
  };
  account_to_grant(asking, keys, hand_on);
}

// ---- single use ---------------------------------------------------------------------------------

/// What is to be used up, and by whom.
struct Use {
  std::string hash;
  std::string subject_hash;
};

/// Uses up everything, one after the other. `then` hears of it as of one: what belongs to somebody else outweighs.
template <class T>
void use_up(const AskingPtr<T>& asking, std::vector<Use> left, std::function<void(Standing::Use)> then,
            Standing::Use so_far = Standing::Use::unknown) {
  if (left.empty()) return then(so_far);
  auto next = std::move(left.front());
  left.erase(left.begin());
  const auto heard = [asking, left, then, so_far](Standing::Use told) {
    if (told == Standing::Use::unknown) {
      return asking->fail(make_error(ErrorKind::store_failed, "`consume` of the application's own store did not say"));
    }
    // `first` of all is first; the same subject's of one is the same subject's; another's of one ends it.
    const auto both = std::max(so_far, told);
    if (both == Standing::Use::other_subject) return then(both);
    use_up(asking, left, then, both);
  };
  asking->template ask<Standing::Use>(asking->own.consume, heard, std::move(next.hash), std::move(next.subject_hash));
}

/// The id first, then the V1 flow that it ended, which belongs to its first id.
std::vector<Use> uses_of(const UsedId& id, const std::string& subject) {
  const auto hash = use_hashes(id).front();
  std::vector<Use> uses{{hash, used_by(hash, subject)}};
  if (!id.flow.empty()) {
    const auto flow = flow_hash(id.flow);
    uses.push_back({flow, used_by(flow, id.id)});
  }
  return uses;
}

// ---- reservations -------------------------------------------------------------------------------

std::shared_ptr<CarriedPlaces> places_of(Registry::Impl& impl) {
  return impl.carried.get([] { return std::make_shared<CarriedPlaces>(); });
}

/// `then` hears why there is none, or gets the reservation.
template <class T>
void keep_place(const AskingPtr<T>& asking, const Whose& whose,
                std::function<void(std::optional<Reservation>, Standing::Place)> then) {
  const auto impl = asking->impl();
  if (!impl) return;
  const auto& ring = *impl->ring;
  const auto end = now(*impl) + impl->reservation_life;
  auto keys = shown(*impl, whose.keys);
  auto id = reservation_id(ring, 0, whose);
  if (!asking->own.reserve) {
    id = carry(ring, {std::move(keys), end}, id);
    return then(Reservation{id, end, keeper_in_store(impl, id)}, Standing::Place::free);
  }
  const auto heard = [asking, id, end, then](Standing::Place told) {
    const auto impl = asking->impl();
    if (!impl) return;
    if (told == Standing::Place::free) return then(Reservation{id, end, keeper_in_store(impl, id)}, told);
    if (std::find(own_store_refusals.begin(), own_store_refusals.end(), to_string(told)) == own_store_refusals.end()) {
      return asking->fail(make_error(ErrorKind::store_failed, "`reserve` of the application's own store did not say"));
    }
    then(std::nullopt, told);
  };
  auto subject_hash = hex(ring.hash(0, "subject", whose.subject));
  asking->template ask<Standing::Place>(asking->own.reserve, heard, std::move(keys), id, std::move(subject_hash), end);
}

/// The store found out at the reservation what its standing did not say: somebody was quicker.
Standing corrected(Standing standing, Standing::Place refusal) {
  using Place = Standing::Place;
  standing.place = refusal;
  if (refusal == Place::has_account) standing.account = Standing::Account::unknown;  // whose, it did not say
  if (refusal == Place::two_persons) standing.account = Standing::Account::other;
  if (refusal == Place::reserved) standing.reserved = true;
  if (refusal == Place::banned) standing.banned = true;
  if (refusal == Place::rejoin_period) standing.rejoin_period_over = false;
  return standing;
}

}  // namespace

// ---- what it has --------------------------------------------------------------------------------

std::optional<Error> check_own_store(const OwnStore& own) {
  const auto incomplete = [](const char* there, const char* missing) {
    return invalid_argument("own_store", std::string("`") + there + "` is there without `" + missing + "`");
  };
  if (!own.find) return invalid_argument("own_store", "`find` is missing");
  if (!own.claim) return invalid_argument("own_store", "`claim` is missing");
  const struct {
    const char* name;
    bool there;
  } places[] = {{"reserve", !!own.reserve}, {"commit", !!own.commit}, {"cancel", !!own.cancel}};
  for (const auto& there : places) {
    for (const auto& missing : places) {
      if (there.there && !missing.there) return incomplete(there.name, missing.name);
    }
  }
  if (own.ban && !own.unban) return incomplete("ban", "unban");
  if (own.unban && !own.ban) return incomplete("unban", "ban");
  if (own.ban && !own.standing) return incomplete("ban", "standing");
  return std::nullopt;
}

// ---- operations ---------------------------------------------------------------------------------

Call find_in_own_store(const ImplPtr& impl, const PersonKeys& keys, Callback<std::optional<std::string>> done,
                       const CallOptions& call) {
  using Found = std::optional<std::string>;
  const auto asking = begin<Found>(impl, RegistryOperation::find, call, std::move(done));
  const auto heard = [asking](Result<Found> found) {
    if (found) return asking->give(std::move(found.value()));
    auto error = make_error(ErrorKind::conflict, "the keys of this verification lead to two persons", "verification");
    error.thrown = std::move(found.error().thrown);
    asking->fail(error);
  };
  asking->ask_with<Found>({ErrorKind::conflict}, asking->own.find, heard, shown(*impl, keys));
  return asking->call();
}

Call match_in_own_store(const ImplPtr& impl, const PersonKeys& keys, std::string account, Callback<bool> done,
                        const CallOptions& call) {
  using Found = std::optional<std::string>;
  const auto asking = begin<bool>(impl, RegistryOperation::match, call, std::move(done));
  const auto heard = [asking, account](const Result<Found>& found) { asking->give(found && found.value() == account); };
  asking->ask_with<Found>({ErrorKind::conflict}, asking->own.find, heard, shown(*impl, keys));
  return asking->call();
}

Call standing_in_own_store(const ImplPtr& impl, const Whose& whose, Callback<Standing> done, const CallOptions& call) {
  const auto asking = begin<Standing>(impl, RegistryOperation::standing, call, std::move(done));
  stand<Standing>(asking, whose, [asking](Standing standing) { asking->give(standing); });
  return asking->call();
}

Call claim_in_own_store(const ImplPtr& impl, const PersonKeys& keys, std::string account, Callback<Claim> done,
                        const CallOptions& call) {
  const auto asking = begin<Claim>(impl, RegistryOperation::claim, call, std::move(done));
  auto list = shown(*impl, keys);
  if (!keys.page_chosen) {
    claim_by(asking, std::move(list), std::move(account));
    return asking->call();
  }
  // Such a DI finds an account that is there, and makes no new one.
  account_to_grant(asking, list, [asking, list, account](const std::optional<std::string>& found) {
    if (!found) return asking->give(Claim{Claim::Outcome::refused, "page_chosen_di", std::nullopt});
    asking->hand_on(asking->own.claim, list, account);
  });
  return asking->call();
}

Call admit_in_own_store(const ImplPtr& impl, const Whose& whose, const Registry::AdmitOptions& options,
                        Callback<Admission> done, const CallOptions& call) {
  using Use = Standing::Use;
  const auto asking = begin<Admission>(impl, RegistryOperation::admit, call, std::move(done));
  const auto wanted = [options](const Standing& standing) { return !options.only_if || options.only_if(standing); };
  const auto keep = [asking, whose, options, wanted](Standing standing) {
    const bool stolen = !options.only_if && standing.use == Use::other_subject;
    if (!options.reserve || stolen || !wanted(standing)) return asking->give({standing, std::nullopt});
    const auto give = [asking](const Standing& standing, std::optional<Reservation> reservation) {
      Admission admission{standing, std::move(reservation)};
      admission.require_reservation();
      asking->give(std::move(admission));
    };
    if (standing.place != Standing::Place::free) return give(standing, std::nullopt);
    const auto kept = [standing, give](std::optional<Reservation> reservation, Standing::Place refusal) {
      give(reservation ? standing : corrected(standing, refusal), std::move(reservation));
    };
    keep_place<Admission>(asking, whose, kept);
  };
  stand<Admission>(asking, whose, [asking, whose, options, wanted, keep](Standing standing) {
    if (!options.consume) return keep(standing);
    auto probe = standing;
    probe.use = Use::first;
    if (!wanted(probe)) return asking->give({standing, std::nullopt});
    use_up<Admission>(asking, uses_of(whose.id, whose.subject), [standing, keep](Use use) mutable {
      standing.use = use;
      keep(standing);
    });
  });
  return asking->call();
}

Call consume_in_own_store(const ImplPtr& impl, const std::string& id, const std::string& subject,
                          Callback<Standing::Use> done, const CallOptions& call) {
  const auto asking = begin<Standing::Use>(impl, RegistryOperation::consume, call, std::move(done));
  // An id of no API is used up in both.
  std::vector<Use> uses;
  for (const auto& hash : {use_hash(Api::v1, id), use_hash(Api::v2, id)})
    uses.push_back({hash, used_by(hash, subject)});
  use_up<Standing::Use>(asking, std::move(uses), [asking](Standing::Use use) { asking->give(use); });
  return asking->call();
}

Call reserve_in_own_store(const ImplPtr& impl, const Whose& whose, Callback<Reserved> done, const CallOptions& call) {
  const auto asking = begin<Reserved>(impl, RegistryOperation::reserve, call, std::move(done));
  stand<Reserved>(asking, whose, [asking, whose](const Standing& standing) {
    if (standing.place != Standing::Place::free) return asking->give({std::nullopt, to_string(standing.place)});
    keep_place<Reserved>(asking, whose, [asking](std::optional<Reservation> reservation, Standing::Place refusal) {
      const auto reason = reservation ? std::string_view() : to_string(refusal);
      asking->give({std::move(reservation), reason});
    });
  });
  return asking->call();
}

Call commit_in_own_store(const ImplPtr& impl, std::string id, std::string account, Callback<Claim> done,
                         const CallOptions& call) {
  const auto asking = begin<Claim>(impl, RegistryOperation::commit, call, std::move(done));
  if (impl->own.commit) {
    asking->hand_on(asking->own.commit, std::move(id), std::move(account));
    return asking->call();
  }
  const auto lapsed = [asking] { asking->give(Claim{Claim::Outcome::refused, "lapsed", std::nullopt}); };
  const auto place = open_carried(*impl->ring, id);
  const auto moment = now(*impl);
  if (!place) return lapsed(), asking->call();
  if (place->end <= moment) {
    // A commit whose answer was lost may be said again.
    account_to_grant(asking, place->keys, [asking, account, lapsed](const std::optional<std::string>& found) {
      if (found != account) return lapsed();
      asking->give(granted(Claim::Outcome::existing));
    });
  } else if (!places_of(*impl)->ask(id, place->end, moment)) {
    lapsed();
  } else {
    claim_by(asking, place->keys, std::move(account));
  }
  return asking->call();
}

Call cancel_in_own_store(const ImplPtr& impl, std::string id, Callback<bool> done, const CallOptions& call) {
  const auto asking = begin<bool>(impl, RegistryOperation::cancel, call, std::move(done));
  if (impl->own.cancel) {
    asking->hand_on(asking->own.cancel, std::move(id));
    return asking->call();
  }
  const auto place = open_carried(*impl->ring, id);
  const auto moment = now(*impl);
  asking->give(place && place->end > moment && places_of(*impl)->drop(id, place->end, moment));
  return asking->call();
}

Call ban_in_own_store(const ImplPtr& impl, OwnWho who, std::optional<Moment> until, std::string reason,
                      Callback<Done> done, const CallOptions& call) {
  const auto asking = begin<Done>(impl, RegistryOperation::ban, call, std::move(done));
  const auto heard = [asking](const Result<Done>& told) {
    if (told) return asking->give(Done{});
    auto error = make_error(ErrorKind::not_found, "there is no such account");
    error.thrown = told.error().thrown;
    asking->fail(error);
  };
  asking->ask_with<Done>({ErrorKind::not_found}, asking->own.ban, heard, std::move(who), until, std::move(reason));
  return asking->call();
}

Call unban_in_own_store(const ImplPtr& impl, OwnWho who, Callback<bool> done, const CallOptions& call) {
  const auto asking = begin<bool>(impl, RegistryOperation::unban, call, std::move(done));
  asking->hand_on(asking->own.unban, std::move(who));
  return asking->call();
}

Call release_in_own_store(const ImplPtr& impl, std::string account, std::chrono::milliseconds rejoin_after,
                          Callback<bool> done, const CallOptions& call) {
  const auto asking = begin<bool>(impl, RegistryOperation::release, call, std::move(done));
  const auto rejoin_at = rejoin_after.count() > 0 ? std::optional(now(*impl) + rejoin_after) : std::nullopt;
  asking->hand_on(asking->own.release, std::move(account), rejoin_at);
  return asking->call();
}

Call forget_in_own_store(const ImplPtr& impl, std::string account, Callback<bool> done, const CallOptions& call) {
  const auto asking = begin<bool>(impl, RegistryOperation::forget, call, std::move(done));
  asking->hand_on(asking->own.forget, std::move(account));
  return asking->call();
}

}  // namespace bonin::registry_detail

namespace bonin {

std::string_view OwnStore::lacks_for(std::string_view rule) const noexcept {
  if (rule == "single_use" && !consume) return "consume";
  if ((rule == "not_banned" || rule == "rejoin_period_over") && !standing) return "standing";
  return {};
}

std::string_view Registry::own_store_lacks(std::string_view rule) const noexcept {
  return impl_ && impl_->own ? impl_->own.lacks_for(rule) : std::string_view();
}

}  // namespace bonin
