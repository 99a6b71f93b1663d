#include "registry/keeper.hpp"

namespace bonin::registry_detail {
namespace {

class InStore final : public Reservation::Keeper {
 public:
  InStore(std::shared_ptr<Registry::Impl> impl, std::string id) : registry_(std::move(impl)), id_(std::move(id)) {}
  void try_commit(std::string_view account_id, Callback<Claim> done) override {
    registry_.try_commit(id_, account_id, std::move(done));
  }
  void cancel(Callback<bool> done) override { registry_.cancel(id_, std::move(done)); }

 private:
  const Registry registry_;
  const std::string id_;
};

class InOwnStore final : public Reservation::Keeper {
 public:
  InOwnStore(std::shared_ptr<Registry::Impl> impl, std::vector<PersonKey> keys, Moment expires_at)
      : impl_(std::move(impl)), keys_(std::move(keys)), expires_at_(expires_at) {}

  void try_commit(std::string_view account_id, Callback<Claim> done) override {
    if (const auto error = check_account(account_id)) return done(*error);
    if (!*committed_ && !there()) return done(Claim{Claim::Outcome::refused, "lapsed", std::nullopt});
    claim_in_own_store(*impl_, keys_, std::string(account_id),
                       [committed = committed_, done = std::move(done)](Result<Claim> claim) {
                         if (claim && claim->granted()) *committed = true;
                         done(std::move(claim));
                       });
  }
  void cancel(Callback<bool> done) override {
    const bool was_there = !*committed_ && there();
    done(!dropped_.exchange(true) && was_there);
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

void claim_in_own_store(Registry::Impl& impl, std::vector<PersonKey> keys, std::string account, Callback<Claim> done) {
  if (impl.closed) {
    Error error;
    error.kind = ErrorKind::closed;
    error.message = "the registry is closed";
    return done(std::move(error));
  }
  auto ask = [own = impl.own.claim, keys = std::move(keys), account = std::move(account)](Callback<Claim> done) {
    own(keys, account, std::move(done));
  };
  impl.running()->write(std::make_unique<OwnTask<Claim>>(std::move(ask), std::move(done)));
}

}  // namespace bonin::registry_detail
