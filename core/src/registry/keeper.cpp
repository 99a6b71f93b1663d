#include "registry/keeper.hpp"

namespace bonin::registry_detail {
namespace {

class InStore final : public Reservation::Keeper {
 public:
  InStore(std::shared_ptr<Registry::Impl> impl, std::string id) : registry_(std::move(impl)), id_(std::move(id)) {}
  Call try_commit(std::string_view account_id, Callback<Claim> done, const CallOptions& call) override {
    return registry_.try_commit(id_, account_id, std::move(done), call);
  }
  Call cancel(Callback<bool> done, const CallOptions& call) override {
    return registry_.cancel(id_, std::move(done), call);
  }

 private:
  const Registry registry_;
  const std::string id_;
};

class InOwnStore final : public Reservation::Keeper {
 public:
  InOwnStore(std::shared_ptr<Registry::Impl> impl, std::vector<PersonKey> keys, Moment expires_at)
      : impl_(std::move(impl)), keys_(std::move(keys)), expires_at_(expires_at) {}

  Call try_commit(std::string_view account_id, Callback<Claim> done, const CallOptions& call) override {
    if (const auto error = check_account(account_id)) return done(*error), Call{};
    if (!*committed_ && !there()) return done(Claim{Claim::Outcome::refused, "lapsed", std::nullopt}), Call{};
    auto claimed = [committed = committed_, done = std::move(done)](Result<Claim> claim) {
      if (claim && claim->granted()) *committed = true;
      done(std::move(claim));
    };
    return claim_in_own_store(*impl_, keys_, std::string(account_id), std::move(claimed), call);
  }
  Call cancel(Callback<bool> done, const CallOptions&) override {
    const bool was_there = !*committed_ && there();
    done(!dropped_.exchange(true) && was_there);
    return {};
  }

 private:
  bool there() const { return !dropped_ && impl_->engine_options.clock->now() < expires_at_; }

  const std::shared_ptr<Registry::Impl> impl_;
  const std::vector<PersonKey> keys_;
  const Moment expires_at_;
  std::atomic<bool> dropped_{false};
  const std::shared_ptr<std::atomic<bool>> committed_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

std::shared_ptr<Reservation::Keeper> keeper_in_store(std::shared_ptr<Registry::Impl> impl, std::string reservation_id) {
  return std::make_shared<InStore>(std::move(impl), std::move(reservation_id));
}

std::shared_ptr<Reservation::Keeper> keeper_in_own_store(std::shared_ptr<Registry::Impl> impl,
                                                         std::vector<PersonKey> keys, Moment expires_at) {
  return std::make_shared<InOwnStore>(std::move(impl), std::move(keys), expires_at);
}

Call claim_in_own_store(Registry::Impl& impl, std::vector<PersonKey> keys, std::string account, Callback<Claim> done,
                        const CallOptions& call) {
  if (auto error = refusal_of(&impl, call)) return done(std::move(*error)), Call{};
  const auto engine = impl.running();
  auto answer = engine->begin<Claim>(call, std::move(done));
  auto ask = [own = impl.own.claim, keys = std::move(keys), account = std::move(account), answer] {
    own(keys, account, [answer](Result<Claim> claim) { answer->give(std::move(claim)); });
  };
  engine->write(std::make_unique<OwnTask>(answer, std::move(ask)));
  return Call(answer);
}

std::optional<Error> refusal_of(const Registry::Impl* impl, const CallOptions& call) {
  Error error;
  if (impl == nullptr || impl->closed) {
    error.kind = ErrorKind::closed;
    error.message = "the registry is closed";
    return error;
  }
  if (call.timeout && (call.timeout->count() < 1 || call.timeout->count() > 600'000)) {
    error.kind = ErrorKind::invalid_timeout;
    error.parameter = "timeout_ms";
    error.message = "timeout_ms is `" + std::to_string(call.timeout->count()) + "`, not 1 to 600000";
    return error;
  }
  return std::nullopt;
}

}  // namespace bonin::registry_detail
