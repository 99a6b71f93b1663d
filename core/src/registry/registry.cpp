#include "bonin/registry.hpp"

#include "model/crypto.hpp"
#include "model/invalid_argument.hpp"
#include "registry/keeper.hpp"

namespace bonin {

using namespace registry_detail;

namespace {

constexpr std::size_t max_text = 1000;

/// Is it UTF-8 without control characters? Both databases then store it as it is.
bool plain(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x20 || lead == 0x7f) return false;
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || i + size > text.size()) return false;
    std::uint32_t point = size == 1 ? lead : lead & (0x7fu >> size);
    for (std::size_t j = 1; j < size; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += size;
  }
  return true;
}

std::optional<Error> check(std::string_view parameter, std::string_view text, std::size_t most = 255) {
  if (text.empty()) return invalid_argument(parameter, "expected a text that is not empty");
  if (text.size() > most) return invalid_argument(parameter, "expected at most " + std::to_string(most) + " bytes");
  if (!plain(text)) return invalid_argument(parameter, "expected UTF-8 without control characters");
  return std::nullopt;
}

/// The limits of a subject and of a verification's id, which are hashed and not stored.
std::optional<Error> check_opaque(std::string_view parameter, std::string_view text) {
  if (text.empty()) return invalid_argument(parameter, "expected a text that is not empty");
  if (text.size() > max_text) return invalid_argument(parameter, "expected at most 1000 bytes");
  return std::nullopt;
}

/// The keys of a verification. Refuses one that is not verified or has no attested key.
Result<PersonKeys> keys_of(const Keyring& ring, const Verification& verification) {
  if (verification.status != Status::verified) return invalid_argument("verification", "expected one that is verified");
  auto keys = ring.keys(verification);
  if (keys.keys.empty()) return invalid_argument("verification", "it holds no attested key that counts");
  return keys;
}

PersonKeys keys_if_any(const Keyring& ring, const Verification& verification) {
  auto keys = keys_of(ring, verification);
  if (keys) return std::move(keys.value());
  PersonKeys none;
  none.keyless = verification.status == Status::verified;
  return none;
}

std::vector<PersonKey> shown(const Keyring& ring, const PersonKeys& keys) {
  std::vector<PersonKey> list;
  for (const auto& key : keys.keys) {
    for (std::size_t i = 0; i < key.hashes.size(); ++i) {
      list.push_back({key.kind, ring.id(i), hex(key.hashes[i]), keys.provider});
    }
  }
  return list;
}

/// The locks of a call: numbers for the keys and texts that it is about.
struct Locks {
  std::vector<std::int64_t> all;
  Locks& keys(const PersonKeys& keys) {
    for (const auto& key : keys.keys) {
      for (const auto& hash : key.hashes) all.push_back(lock_of(hash));
    }
    return *this;
  }
  Locks& on(std::string_view what, std::string_view value) {
    if (!value.empty()) all.push_back(lock_of(what, value));
    return *this;
  }
};

template <class T>
Call refuse(const Callback<T>& done, Error error) {
  done(std::move(error));
  return {};
}

/// Refuses a call that cannot be made: tells `done` why, and returns true.
template <class T>
bool refused(const std::shared_ptr<Registry::Impl>& impl, const CallOptions& call, const Callback<T>& done) {
  auto error = refusal_of(impl.get(), call);
  if (error) done(std::move(*error));
  return error.has_value();
}

template <class T>
bool refused_by_own_store(const Registry::Impl& impl, const Callback<T>& done) {
  if (!impl.own) return false;
  done(invalid_argument("own_store",
                        "an application's own store answers find, claim, match, standing and admit (to reserve) only"));
  return true;
}

template <class T>
Call write(Registry::Impl& impl, const CallOptions& call, Locks locks, typename Task<T>::Work work, Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(call, std::move(done));
  engine->write(
      std::make_unique<Task<T>>(answer, std::move(work), typename Task<T>::Options{.locks = std::move(locks.all)}));
  return Call(answer);
}

/// A write that is taken back when nobody waits for its answer any more. `undo` returns the task for that, or nothing.
/// `made_at` is set to the moment of the write.
template <class T, class Undo>
Call write(Registry::Impl& impl, const CallOptions& call, Locks locks, std::shared_ptr<Millis> made_at,
           std::function<T(Rules&)> work, Undo undo, Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(call, std::move(done));
  typename Task<T>::Options options{.locks = locks.all};
  options.undo = [undo, locks = std::move(locks.all), weak = std::weak_ptr(engine)](const T& given) {
    const auto engine = weak.lock();
    Task<Done>::Work work = undo(given);
    if (engine && work) engine->write(std::make_unique<Task<Done>>(engine->chore(), work, Task<Done>::Options{locks}));
  };
  const auto dated = [work, made_at](Rules& rules) {
    *made_at = rules.now();
    return Result<T>(work(rules));
  };
  engine->write(std::make_unique<Task<T>>(answer, dated, std::move(options)));
  return Call(answer);
}

/// A look-up by keys. When it meets an older pepper, the writing lane moves the rows to the newest.
template <class T, class Ask>
Call read(Registry::Impl& impl, const CallOptions& call, PersonKeys keys, Ask ask, Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(call, std::move(done));
  if (impl.ring->size() == 1) {
    const auto work = [keys = std::move(keys), ask](Rules& rules) {
      bool stale = false;
      return Result<T>(ask(rules, keys, stale));
    };
    engine->read(std::make_unique<Task<T>>(answer, work, typename Task<T>::Options{}));
    return Call(answer);
  }
  auto stale = std::make_shared<bool>(false);
  auto shared = std::make_shared<const PersonKeys>(std::move(keys));
  typename Task<T>::Options options;
  options.first = [stale, shared, weak = std::weak_ptr(engine)] {
    const auto engine = weak.lock();
    if (!*stale || !engine) return;
    const auto rekey = [shared](Rules& rules) {
      rules.rekey(*shared);
      return Result<Done>(Done{});
    };
    // Whether it succeeds changes no answer; the next look-up tries again.
    Task<Done>::Options locks{.locks = Locks().keys(*shared).all};
    engine->write(std::make_unique<Task<Done>>(engine->chore(), rekey, std::move(locks)));
  };
  const auto work = [shared, stale, ask](Rules& rules) { return Result<T>(ask(rules, *shared, *stale)); };
  engine->read(std::make_unique<Task<T>>(answer, work, std::move(options)));
  return Call(answer);
}

/// What the application's own store says of these keys, as `convert` reads it.
template <class T, class Convert>
Call ask_own(Registry::Impl& impl, const CallOptions& call, const PersonKeys& keys, Convert convert, Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(call, std::move(done));
  auto ask = [own = impl.own.find, list = shown(*impl.ring, keys), convert, answer] {
    own(list, [convert, answer](Result<std::optional<std::string>> found) {
      if (!found) return answer->fail(found.error());
      answer->give(convert(std::move(found.value())));
    });
  };
  engine->read(std::make_unique<OwnTask>(answer, std::move(ask)));
  return Call(answer);
}

/// The standing that an own store can tell: it knows accounts only.
Call standing_in_own_store(Registry::Impl& impl, const CallOptions& call, const PersonKeys& keys, std::string subject,
                           Callback<Standing> done) {
  using Account = Standing::Account;
  if (keys.keys.empty()) {
    Standing nobody;
    nobody.place = place_without_keys(keys);
    done(nobody);
    return {};
  }
  const auto stand = [subject = std::move(subject)](const std::optional<std::string>& found) {
    Standing standing;
    const bool same = found && !subject.empty() && *found == subject;
    standing.account = !found ? Account::none : same ? Account::same : Account::other;
    standing.place = found ? Standing::Place::has_account : Standing::Place::free;
    return standing;
  };
  return ask_own<Standing>(impl, call, keys, stand, std::move(done));
}

/// The answer's reservation knows where it is kept.
template <class T>
Callback<T> kept(const std::shared_ptr<Registry::Impl>& impl, Callback<T> done) {
  return [impl, done = std::move(done)](Result<T> answer) {
    if (answer && answer->reservation) {
      answer->reservation->keeper = keeper_in_store(impl, answer->reservation->id);
    }
    done(std::move(answer));
  };
}

}  // namespace

std::string_view to_string(KeyKind kind) noexcept { return kind == KeyKind::ci ? "ci" : "di"; }

std::optional<Error> registry_detail::check_account(std::string_view account_id) {
  return check("account_id", account_id);
}

bool Registry::knows_by(KeyKind kind) const noexcept { return impl_ && impl_->ring->counts(kind); }

void Admission::require_reservation() noexcept {
  if (reservation || standing.place != Standing::Place::free) return;
  standing.account = Standing::Account::unknown;
  standing.place = Standing::Place::unknown;
}

// ---- reading ------------------------------------------------------------------------------------

Call Registry::find(const Verification& verification, Callback<std::optional<std::string>> done,
                    const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return refuse(done, keys.error());
  if (impl_->own) {
    const auto as_it_is = [](std::optional<std::string> account) { return account; };
    return ask_own<std::optional<std::string>>(*impl_, call, keys.value(), as_it_is, std::move(done));
  }
  const auto ask = [](Rules& rules, const PersonKeys& keys, bool& stale) { return rules.find(keys, stale); };
  return read<std::optional<std::string>>(*impl_, call, std::move(keys.value()), ask, std::move(done));
}

Call Registry::match(const Verification& verification, std::string_view account_id, Callback<bool> done,
                     const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check("account_id", account_id)) return refuse(done, *error);
  auto keys = keys_if_any(*impl_->ring, verification);
  if (keys.keys.empty()) return done(false), Call{};
  if (impl_->own) {
    const auto same = [account = std::string(account_id)](const std::optional<std::string>& found) {
      return found == account;
    };
    return ask_own<bool>(*impl_, call, keys, same, std::move(done));
  }
  const auto ask = [account = std::string(account_id)](Rules& rules, const PersonKeys& keys, bool& stale) {
    return rules.match(keys, account, stale);
  };
  return read<bool>(*impl_, call, std::move(keys), ask, std::move(done));
}

Call Registry::standing(const Verification& verification, std::string_view subject, Callback<Standing> done,
                        const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  auto keys = keys_if_any(*impl_->ring, verification);
  if (impl_->own) return standing_in_own_store(*impl_, call, keys, std::string(subject), std::move(done));
  const auto ask = [id = UsedId(verification), subject = std::string(subject)](Rules& rules, const PersonKeys& keys,
                                                                               bool& stale) {
    return rules.standing(keys, id, subject, stale);
  };
  return read<Standing>(*impl_, call, std::move(keys), ask, std::move(done));
}

Call Registry::count(Callback<Counts> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  const auto ask = [](Rules& rules, const PersonKeys&, bool&) { return rules.count(); };
  return read<Counts>(*impl_, call, {}, ask, std::move(done));
}

Call Registry::export_page(std::int64_t after, int limit, Callback<PersonPage> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (after < 0) return refuse(done, invalid_argument("after", "expected 0 or the number of a person"));
  if (limit < 1 || limit > 10'000) return refuse(done, invalid_argument("limit", "expected 1 to 10000"));
  const auto ask = [after, limit](Rules& rules, const PersonKeys&, bool&) { return rules.page(after, limit); };
  return read<PersonPage>(*impl_, call, {}, ask, std::move(done));
}

// ---- accounts -----------------------------------------------------------------------------------

Call Registry::try_claim(const Verification& verification, std::string_view account_id, const ClaimOptions& options,
                         Callback<Claim> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check("account_id", account_id)) return refuse(done, *error);
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return refuse(done, keys.error());
  std::string account(account_id);
  if (impl_->own) {
    return claim_in_own_store(*impl_, shown(*impl_->ring, keys.value()), std::move(account), std::move(done), call);
  }
  auto locks = Locks().keys(keys.value()).on("account", account);
  const auto work = [keys = std::move(keys.value()), account, subject = options.subject](Rules& rules) {
    return Result<Claim>(rules.claim(keys, account, subject));
  };
  return write<Claim>(*impl_, call, std::move(locks), work, std::move(done));
}

Call Registry::claim(const Verification& verification, std::string_view account_id, const ClaimOptions& options,
                     Callback<Claim> done, const CallOptions& call) const {
  return try_claim(
      verification, account_id, options,
      [done = std::move(done)](Result<Claim> claim) { done(granted_or_error(std::move(claim))); }, call);
}

Call Registry::release(std::string_view account_id, std::chrono::milliseconds rejoin_after, Callback<bool> done,
                       const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check("account_id", account_id)) return refuse(done, *error);
  if (rejoin_after < std::chrono::milliseconds(0) || rejoin_after > std::chrono::years(100)) {
    return refuse(done, invalid_argument("rejoin_after_ms", "expected 0 to 100 years"));
  }
  const auto work = [account = std::string(account_id), rejoin_after](Rules& rules) {
    return Result<bool>(rules.release(account, rejoin_after.count()));
  };
  return write<bool>(*impl_, call, Locks().on("account", account_id), work, std::move(done));
}

Call Registry::forget(std::string_view account_id, Callback<bool> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check("account_id", account_id)) return refuse(done, *error);
  const auto work = [account = std::string(account_id)](Rules& rules) { return Result<bool>(rules.forget(account)); };
  return write<bool>(*impl_, call, Locks().on("account", account_id), work, std::move(done));
}

// ---- bans ---------------------------------------------------------------------------------------

namespace {

/// The keys of the person whom a ban is about; none when the call names an account or a person.
Result<PersonKeys> whom(const Keyring& ring, const Who& who) {
  const int named = !who.account_id.empty() + (who.verification != nullptr) + (who.person != 0);
  if (named != 1)
    return invalid_argument("who", "expected one of an account id, a verification and the number of a person");
  if (who.person < 0) return invalid_argument("person", "expected the number of a person");
  if (who.verification) return keys_of(ring, *who.verification);
  if (!who.account_id.empty()) {
    if (auto error = check("account_id", who.account_id)) return *error;
  }
  return PersonKeys{};
}

}  // namespace

Call Registry::ban(const Who& who, std::optional<Moment> until, std::string_view reason, Callback<Done> done,
                   const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  auto keys = whom(*impl_->ring, who);
  if (!keys) return refuse(done, keys.error());
  if (!reason.empty()) {
    if (const auto error = check("reason", reason, max_text)) return refuse(done, *error);
  }
  const Millis end = until ? until->time_since_epoch().count() : for_ever;
  auto locks = Locks().keys(keys.value()).on("account", who.account_id);
  const auto work = [who, keys = std::move(keys.value()), end, reason = std::string(reason)](Rules& rules) {
    return rules.ban(who, keys, end, reason);
  };
  return write<Done>(*impl_, call, std::move(locks), work, std::move(done));
}

Call Registry::unban(const Who& who, Callback<bool> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  auto keys = whom(*impl_->ring, who);
  if (!keys) return refuse(done, keys.error());
  auto locks = Locks().keys(keys.value()).on("account", who.account_id);
  const auto work = [who, keys = std::move(keys.value())](Rules& rules) {
    return Result<bool>(rules.unban(who, keys));
  };
  return write<bool>(*impl_, call, std::move(locks), work, std::move(done));
}

// ---- single use and two-phase sign-up -----------------------------------------------------------

Call Registry::consume(std::string_view verification_id, std::string_view subject, Callback<Standing::Use> done,
                       const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check_opaque("verification_id", verification_id)) return refuse(done, *error);
  if (const auto error = check_opaque("subject", subject)) return refuse(done, *error);
  const auto made_at = std::make_shared<Millis>(0);
  const auto work = [id = std::string(verification_id), subject = std::string(subject)](Rules& rules) {
    return rules.consume(UsedId(id), subject);
  };
  const auto undo = [id = std::string(verification_id), made_at](Standing::Use use) -> Task<Done>::Work {
    if (use != Standing::Use::first) return nullptr;
    return [id, made_at](Rules& rules) {
      rules.give_back_use(UsedId(id), *made_at);
      return Result<Done>(Done{});
    };
  };
  return write<Standing::Use>(*impl_, call, Locks().on("use", verification_id), made_at, work, undo, std::move(done));
}

Call Registry::admit(const Verification& verification, std::string_view subject, const AdmitOptions& options,
                     Callback<Admission> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (options.consume && refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check_opaque("verification", verification.id)) return refuse(done, *error);
  if (const auto error = check_opaque("subject", subject)) return refuse(done, *error);
  auto keys = keys_if_any(*impl_->ring, verification);
  if (impl_->own) {
    const auto judge = [impl = impl_, keys, options, done](Result<Standing> found) {
      if (!found) return done(std::move(found.error()));
      Admission admission{found.value(), std::nullopt};
      const bool wanted = options.reserve && (!options.only_if || options.only_if(admission.standing));
      if (wanted && admission.standing.place == Standing::Place::free) {
        const auto end = impl->engine_options.clock->now() + impl->reservation_life;
        admission.reservation = Reservation{{}, end, keeper_in_own_store(impl, shown(*impl->ring, keys), end)};
      }
      done(std::move(admission));
    };
    return standing_in_own_store(*impl_, call, keys, std::string(subject), judge);
  }
  const UsedId used(verification, options.begun);
  auto locks = Locks().keys(keys).on("use", used.id).on("flow", used.flow);
  const auto made_at = std::make_shared<Millis>(0);
  const auto fresh = crypto::random_hex();
  const auto work = [keys = std::move(keys), used, subject = std::string(subject), options,
                     life = impl_->reservation_life.count(),
                     fresh](Rules& rules) { return rules.admit(keys, used, subject, options, life, fresh); };
  const auto undo = [used, consumes = options.consume, made_at, fresh](const Admission& given) -> Task<Done>::Work {
    const bool first = consumes && given.standing.use == Standing::Use::first;
    const bool reserved = given.reservation && given.reservation->id == fresh;
    if (!first && !reserved) return nullptr;
    return [used, first, made_at, place = reserved ? given.reservation : std::nullopt](Rules& rules) {
      if (first) rules.give_back_use(used, *made_at);
      if (place) rules.give_back(*place);
      return Result<Done>(Done{});
    };
  };
  return write<Admission>(*impl_, call, std::move(locks), made_at, work, undo, kept(impl_, std::move(done)));
}

Call Registry::reserve(const Verification& verification, std::string_view subject, Callback<Reserved> done,
                       const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check_opaque("subject", subject)) return refuse(done, *error);
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return refuse(done, keys.error());
  auto locks = Locks().keys(keys.value());
  const auto fresh = crypto::random_hex();
  const auto work = [keys = std::move(keys.value()), subject = std::string(subject),
                     life = impl_->reservation_life.count(),
                     fresh](Rules& rules) { return rules.reserve(keys, subject, life, fresh); };
  const auto undo = [fresh](const Reserved& given) -> Task<Done>::Work {
    if (!given.reservation || given.reservation->id != fresh) return nullptr;
    return [place = *given.reservation](Rules& rules) {
      rules.give_back(place);
      return Result<Done>(Done{});
    };
  };
  return write<Reserved>(*impl_, call, std::move(locks), std::make_shared<Millis>(0), work, undo,
                         kept(impl_, std::move(done)));
}

Call Registry::commit(std::string_view reservation_id, std::string_view account_id, Callback<Claim> done,
                      const CallOptions& call) const {
  return try_commit(
      reservation_id, account_id,
      [done = std::move(done)](Result<Claim> claim) { done(granted_or_error(std::move(claim))); }, call);
}

Call Registry::try_commit(std::string_view reservation_id, std::string_view account_id, Callback<Claim> done,
                          const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check("reservation_id", reservation_id)) return refuse(done, *error);
  if (const auto error = check("account_id", account_id)) return refuse(done, *error);
  const auto work = [id = std::string(reservation_id), account = std::string(account_id)](Rules& rules) {
    return Result<Claim>(rules.commit(id, account));
  };
  auto locks = Locks().on("reservation", reservation_id).on("account", account_id);
  return write<Claim>(*impl_, call, std::move(locks), work, std::move(done));
}

Call Registry::cancel(std::string_view reservation_id, Callback<bool> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (const auto error = check("reservation_id", reservation_id)) return refuse(done, *error);
  const auto work = [id = std::string(reservation_id)](Rules& rules) { return Result<bool>(rules.cancel(id)); };
  return write<bool>(*impl_, call, Locks().on("reservation", reservation_id), work, std::move(done));
}

// ---- housekeeping -------------------------------------------------------------------------------

Call Registry::rotate(Callback<std::vector<PepperCount>> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  const auto work = [](Rules& rules) { return Result<std::vector<PepperCount>>(rules.rotate()); };
  return write<std::vector<PepperCount>>(*impl_, call, {}, work, std::move(done));
}

Call Registry::forget_uses(Moment before, Callback<std::int64_t> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  const auto work = [before](Rules& rules) {
    return Result<std::int64_t>(rules.forget_uses(before.time_since_epoch().count()));
  };
  return write<std::int64_t>(*impl_, call, {}, work, std::move(done));
}

}  // namespace bonin
