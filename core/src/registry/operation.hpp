#pragma once
// What the calls of a Registry share: checking arguments, and one call as a task of a lane.

#include "bonin/registry.hpp"
#include "model/crypto.hpp"
#include "model/invalid_argument.hpp"
#include "registry/impl.hpp"
#include "registry/keeper.hpp"
#include "registry/own_store.hpp"

namespace bonin::registry_detail {

inline constexpr std::size_t max_text = 1000;

/// Is it UTF-8 without control characters? Both databases then store it as it is.
inline bool plain(std::string_view text) noexcept {
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

inline std::optional<Error> check_text(std::string_view parameter, std::string_view text, std::size_t most = 255) {
  if (text.empty()) return expected(parameter, "a text that is not empty");
  if (text.size() > most) return expected(parameter, "at most " + std::to_string(most) + " bytes");
  if (!plain(text)) return expected(parameter, "UTF-8 without control characters");
  return std::nullopt;
}

/// The limits of a subject and of a verification's id, which are hashed and not stored.
inline std::optional<Error> check_opaque(std::string_view parameter, std::string_view text) {
  if (text.empty()) return expected(parameter, "a text that is not empty");
  if (text.size() > max_text) return expected(parameter, "at most 1000 bytes");
  return std::nullopt;
}

/// The keys of a verification. Refuses one that is not verified or has no attested key.
inline Result<PersonKeys> keys_of(const Keyring& ring, const Verification& verification) {
  if (verification.status != Status::verified) return expected("verification", "one that is verified");
  auto keys = ring.keys(verification);
  if (keys.keys.empty()) return invalid_argument("verification", "it holds no attested key that counts");
  return keys;
}

inline PersonKeys keys_if_any(const Keyring& ring, const Verification& verification) {
  auto keys = keys_of(ring, verification);
  if (keys) return std::move(keys.value());
  PersonKeys none;
  none.keyless = verification.status == Status::verified;
  return none;
}

/// These keys, under every pepper, will be looked up.
inline void want(Wanted& wanted, const PersonKeys& keys) {
  for (const auto& key : keys.keys) wanted.keys.insert(wanted.keys.end(), key.hashes.begin(), key.hashes.end());
}

/// The locks of a call: numbers for the keys and texts that it is about.
struct Locks {
  std::vector<std::int64_t> all;
  Wanted wanted;  // what they stand for
  Locks& keys(const PersonKeys& keys) {
    for (const auto& key : keys.keys) {
      for (const auto& hash : key.hashes) all.push_back(lock_of(hash));
    }
    want(wanted, keys);
    return *this;
  }
  Locks& on(std::string_view what, std::string_view value) {
    if (value.empty()) return *this;
    all.push_back(lock_of(what, value));
    if (what == "account") wanted.accounts.emplace_back(value);
    if (what == "reservation") wanted.reservations.emplace_back(value);
    return *this;
  }
  /// A use of an id, in the flow that it ended.
  Locks& use(const UsedId& id) {
    on("use", id.id).on("flow", id.flow);
    wanted.uses = use_hashes(id);
    if (!id.flow.empty()) wanted.uses.push_back(flow_hash(id.flow));
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

/// The same where the store is the application's own and does not do this.
template <class T>
bool refused_by_own_store(const Registry::Impl& impl, const Callback<T>& done) {
  if (!impl.own) return false;
  done(invalid_argument("own_store", "an application's own store does not answer this: ask your own tables"));
  return true;
}
/// The same where it does with a function that it does not have.
template <class T, class Function>
bool refused_without(const Function& function, std::string_view name, const Callback<T>& done) {
  if (function) return false;
  done(invalid_argument("own_store", "the application's own store has no `" + std::string(name) + "`"));
  return true;
}

template <class T>
Call write(Registry::Impl& impl, RegistryOperation operation, const CallOptions& call, Locks locks,
           typename Task<T>::Work work, Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(operation, call, std::move(done));
  engine->write(std::make_unique<Task<T>>(
      answer, std::move(work),
      typename Task<T>::Options{.locks = std::move(locks.all), .wanted = std::move(locks.wanted)}));
  return Call(answer);
}

/// A write that is taken back when nobody waits for its answer any more. `undo` returns the task for that, or nothing.
/// `made_at` is set to the moment of the write.
template <class T, class Undo>
Call write(Registry::Impl& impl, RegistryOperation operation, const CallOptions& call, Locks locks,
           std::shared_ptr<Millis> made_at, std::function<T(Rules&)> work, Undo undo, Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(operation, call, std::move(done));
  typename Task<T>::Options options{.locks = locks.all, .wanted = std::move(locks.wanted)};
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

/// A look-up by keys, and of `uses` of an id. When it meets an older pepper, the writing lane moves the rows to the
/// newest.
template <class T, class Ask>
Call read(Registry::Impl& impl, RegistryOperation operation, const CallOptions& call, PersonKeys keys, Ask ask,
          Callback<T> done, std::vector<std::string> uses = {}) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(operation, call, std::move(done));
  typename Task<T>::Options options;
  options.wanted.uses = std::move(uses);
  want(options.wanted, keys);
  if (impl.ring->size() == 1) {
    const auto work = [keys = std::move(keys), ask](Rules& rules) {
      bool stale = false;
      return Result<T>(ask(rules, keys, stale));
    };
    engine->read(std::make_unique<Task<T>>(answer, work, std::move(options)));
    return Call(answer);
  }
  auto stale = std::make_shared<bool>(false);
  auto shared = std::make_shared<const PersonKeys>(std::move(keys));
  options.first = [stale, shared, weak = std::weak_ptr(engine)] {
    const auto engine = weak.lock();
    if (!*stale || !engine) return;
    const auto rekey = [shared](Rules& rules) {
      rules.rekey(*shared);
      return Result<Done>(Done{});
    };
    // Whether it succeeds changes no answer; the next look-up tries again.
    auto locks = Locks().keys(*shared);
    Task<Done>::Options options{.locks = std::move(locks.all), .wanted = std::move(locks.wanted)};
    engine->write(std::make_unique<Task<Done>>(engine->chore(), rekey, std::move(options)));
  };
  const auto work = [shared, stale, ask](Rules& rules) { return Result<T>(ask(rules, *shared, *stale)); };
  engine->read(std::make_unique<Task<T>>(answer, work, std::move(options)));
  return Call(answer);
}

/// A look at many rows, on a connection of its own.
template <class T>
Call survey(Registry::Impl& impl, RegistryOperation operation, const CallOptions& call, typename Task<T>::Work work,
            Callback<T> done, bool whole_tables) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(operation, call, std::move(done), whole_tables);
  typename Task<T>::Options options;
  options.wanted.more = true;
  engine->survey(std::make_unique<Task<T>>(answer, std::move(work), std::move(options)));
  return Call(answer);
}

/// A write over whole tables in slices, each a transaction of its own, so that other calls come in between. `step` goes
/// on from what earlier slices left in a `Progress`, and returns true while there is more; `end` is given the last.
template <class T, class Progress>
Call write_in_slices(Registry::Impl& impl, RegistryOperation operation, const CallOptions& call,
                     typename Slice<Progress>::Step step,
                     std::function<void(const std::shared_ptr<Engine>&, std::shared_ptr<Answer<T>>, Progress)> end,
                     Callback<T> done) {
  const auto engine = impl.running();
  auto answer = engine->begin<T>(operation, call, std::move(done), true);
  const auto weak = std::weak_ptr(engine);
  const auto last = [weak, answer, end = std::move(end)](Progress progress) {
    if (const auto engine = weak.lock()) return end(engine, answer, std::move(progress));
    answer->fail(make_error(ErrorKind::closed, "the registry is closed"));
  };
  const auto post = [weak](std::unique_ptr<Job> job) {
    if (const auto engine = weak.lock()) return engine->write(std::move(job));
    job->call->fail(make_error(ErrorKind::closed, "the registry is closed"));
  };
  const auto plan = std::make_shared<const typename Slice<Progress>::Plan>(std::move(step), post, last);
  engine->write(std::make_unique<Slice<Progress>>(answer, plan, Progress{}));
  return Call(answer);
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

}  // namespace bonin::registry_detail
