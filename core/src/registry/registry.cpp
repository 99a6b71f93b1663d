#include "bonin/registry.hpp"

#include "model/check_timeout.hpp"
#include "registry/operation.hpp"

namespace bonin {

using namespace registry_detail;

namespace {

// One slice of a long write takes some milliseconds.
constexpr int persons_a_slice = 500;
constexpr int uses_a_slice = 2'000;

}  // namespace

std::array<std::uint8_t, 32> PersonKey::hash_bytes() const noexcept { return hash_of_hex(hash); }

std::string_view to_string(KeyKind kind) noexcept { return kind == KeyKind::ci ? "ci" : "di"; }

const std::shared_ptr<const Clock>& Registry::clock() const noexcept {
  return impl_ ? impl_->engine_options.clock : Clock::system();
}

bool Registry::knows_by(KeyKind kind) const noexcept { return impl_ && impl_->ring->counts(kind); }

void Admission::require_reservation() noexcept {
  if (reservation || standing.place != Standing::Place::free) return;
  standing.account = Standing::Account::unknown;
  standing.place = Standing::Place::unknown;
}

// ---- reading ------------------------------------------------------------------------------------

Result<std::vector<PersonKey>> Registry::keys(const Verification& verification) const {
  if (auto error = refusal_of(impl_.get(), {})) return std::move(*error);
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return keys.error();
  if (keys->page_chosen) {
    return invalid_argument(
        "verification",
        "the page chose the salt of its di, and there is no ci: a table of keys would take one person "
        "for several; ask the provider for the ci, or have the registry accept its dis");
  }
  return impl_->ring->shown(keys.value());
}

Call Registry::find(const Verification& verification, Callback<std::optional<std::string>> done,
                    const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return refuse(done, keys.error());
  if (impl_->own) return find_in_own_store(impl_, keys.value(), std::move(done), call);
  const auto ask = [](Rules& rules, const PersonKeys& keys, bool& stale) { return rules.find(keys, stale); };
  return read<std::optional<std::string>>(*impl_, RegistryOperation::find, call, std::move(keys.value()), ask,
                                          std::move(done));
}

Call Registry::match(const Verification& verification, std::string_view account_id, Callback<bool> done,
                     const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_text("account_id", account_id)) return refuse(done, *error);
  auto keys = keys_if_any(*impl_->ring, verification);
  if (keys.keys.empty()) return done(false), Call{};
  if (impl_->own) return match_in_own_store(impl_, keys, std::string(account_id), std::move(done), call);
  const auto ask = [account = std::string(account_id)](Rules& rules, const PersonKeys& keys, bool& stale) {
    return rules.match(keys, account, stale);
  };
  return read<bool>(*impl_, RegistryOperation::match, call, std::move(keys), ask, std::move(done));
}

Call Registry::standing(const Verification& verification, std::string_view subject, Callback<Standing> done,
                        const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  auto keys = keys_if_any(*impl_->ring, verification);
  const UsedId id(verification);
  if (impl_->own) {
    return standing_in_own_store(impl_, {std::move(keys), id, std::string(subject)}, std::move(done), call);
  }
  const auto ask = [id, subject = std::string(subject)](Rules& rules, const PersonKeys& keys, bool& stale) {
    return rules.standing(keys, id, subject, stale);
  };
  return read<Standing>(*impl_, RegistryOperation::standing, call, std::move(keys), ask, std::move(done),
                        use_hashes(id));
}

Call Registry::count(Callback<Counts> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  const auto work = [](Rules& rules) { return Result<Counts>(rules.count()); };
  return survey<Counts>(*impl_, RegistryOperation::count, call, work, std::move(done), true);
}

Call Registry::export_page(std::int64_t after, int limit, Callback<PersonPage> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  if (after < 0) return refuse(done, expected("after", "0 or the number of a person"));
  if (limit < 1 || limit > 10'000) return refuse(done, expected("limit", "1 to 10000"));
  const auto work = [after, limit](Rules& rules) { return Result<PersonPage>(rules.page(after, limit)); };
  return survey<PersonPage>(*impl_, RegistryOperation::export_page, call, work, std::move(done), false);
}

// ---- accounts -----------------------------------------------------------------------------------

Call Registry::try_claim(const Verification& verification, std::string_view account_id, const ClaimOptions& options,
                         Callback<Claim> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_text("account_id", account_id)) return refuse(done, *error);
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return refuse(done, keys.error());
  std::string account(account_id);
  if (impl_->own) return claim_in_own_store(impl_, keys.value(), std::move(account), std::move(done), call);
  auto locks = Locks().keys(keys.value()).on("account", account);
  const auto work = [keys = std::move(keys.value()), account, subject = options.subject](Rules& rules) {
    return Result<Claim>(rules.claim(keys, account, subject));
  };
  return write<Claim>(*impl_, RegistryOperation::claim, call, std::move(locks), work, std::move(done));
}

Call Registry::claim(const Verification& verification, std::string_view account_id, const ClaimOptions& options,
                     Callback<Claim> done, const CallOptions& call) const {
  return try_claim(
      verification, account_id, options,
      [done = std::move(done)](Result<Claim> claim) { done(granted_or_error(std::move(claim))); }, call);
}

Call Registry::release(std::string_view account_id, std::chrono::milliseconds rejoin_after, Callback<bool> done,
                       const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_text("account_id", account_id)) return refuse(done, *error);
  if (rejoin_after < std::chrono::milliseconds(0) || rejoin_after > std::chrono::years(100)) {
    return refuse(done, expected("rejoin_after_ms", "0 to 100 years"));
  }
  if (impl_->own) {
    if (refused_without(impl_->own.release, "release", done)) return {};
    return release_in_own_store(impl_, std::string(account_id), rejoin_after, std::move(done), call);
  }
  const auto work = [account = std::string(account_id), rejoin_after](Rules& rules) {
    return Result<bool>(rules.release(account, rejoin_after.count()));
  };
  return write<bool>(*impl_, RegistryOperation::release, call, Locks().on("account", account_id), work,
                     std::move(done));
}

Call Registry::forget(std::string_view account_id, Callback<bool> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_text("account_id", account_id)) return refuse(done, *error);
  if (impl_->own) {
    if (refused_without(impl_->own.forget, "forget", done)) return {};
    return forget_in_own_store(impl_, std::string(account_id), std::move(done), call);
  }
  const auto work = [account = std::string(account_id)](Rules& rules) { return Result<bool>(rules.forget(account)); };
  return write<bool>(*impl_, RegistryOperation::forget, call, Locks().on("account", account_id), work, std::move(done));
}

// ---- operation ----------------------------------------------------------------------------------

Call Registry::check(Callback<CheckReport> done, const CallOptions& call) const {
  const auto report = [done](bool ok, std::string_view reason, std::string detail, std::chrono::milliseconds took) {
    done(CheckReport{{{.name = "store", .ok = ok, .reason = reason, .detail = std::move(detail), .took = took}}});
  };
  if (impl_ && call.timeout) {
    if (auto checked = check_timeout(*call.timeout, "timeout_ms"); !checked) return done(checked.error()), Call{};
  }
  if (auto error = refusal_of(impl_.get(), call)) return report(false, error->name(), error->what(), {}), Call{};
  if (impl_->own) return report(true, "", "own store: not asked", {}), Call{};
  auto answered = [report, done, kind = impl_->kind, clock = impl_->engine_options.clock,
                   began = impl_->engine_options.clock->steady()](const Result<Done>& answer) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock->steady() - began);
    if (answer) return report(true, "", kind + " answers", took);
    if (answer.error().kind == ErrorKind::cancelled) return done(answer.error());
    report(false, answer.error().name(), answer.error().what(), took);
  };
  // The transaction around it reads the peppers that the store knows, and compares them.
  const auto ask = [](Rules&, const PersonKeys&, bool&) { return Done{}; };
  return read<Done>(*impl_, RegistryOperation::check, call, {}, ask, std::move(answered));
}

RegistryMetrics Registry::metrics() const {
  const auto engine = impl_ ? impl_->engine.peek() : nullptr;
  return engine ? engine->metrics() : RegistryMetrics{};
}

// ---- housekeeping -------------------------------------------------------------------------------

Call Registry::rotate(Callback<std::vector<PepperCount>> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  using Counted = std::vector<PepperCount>;
  const auto step = [](Rules& rules, Done&) { return rules.tidy(persons_a_slice) >= persons_a_slice; };
  const auto end = [](const std::shared_ptr<Engine>& engine, std::shared_ptr<Answer<Counted>> answer, Done) {
    const auto work = [](Rules& rules) { return Result<Counted>(rules.count_by_pepper()); };
    Task<Counted>::Options options;
    options.wanted.more = true;
    engine->survey(std::make_unique<Task<Counted>>(std::move(answer), work, std::move(options)));
  };
  return write_in_slices<Counted, Done>(*impl_, RegistryOperation::rotate, call, step, end, std::move(done));
}

Call Registry::forget_uses(Moment before, Callback<std::int64_t> done, const CallOptions& call) const {
  if (refused(impl_, call, done) || refused_by_own_store(*impl_, done)) return {};
  const auto step = [before = before.time_since_epoch().count()](Rules& rules, ErasedUses& so_far) {
    auto slice = rules.forget_uses(before, so_far.last, uses_a_slice);
    so_far.erased += slice.erased;
    so_far.last = std::move(slice.last);
    return !so_far.last.empty();
  };
  const auto end = [](const std::shared_ptr<Engine>&, const std::shared_ptr<Answer<std::int64_t>>& answer,
                      const ErasedUses& all) { answer->give(all.erased); };
  return write_in_slices<std::int64_t, ErasedUses>(*impl_, RegistryOperation::forget_uses, call, step, end,
                                                   std::move(done));
}

}  // namespace bonin
