#include "registry/keeper.hpp"

#include "model/check_timeout.hpp"

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
    if (auto error = refusal_of(impl_.get(), call)) return done(std::move(*error)), Call{};
    if (!may_ask()) return done(Claim{Claim::Outcome::refused, "lapsed", std::nullopt}), Call{};
    return claim_in_own_store(*impl_, keys_, std::string(account_id), std::move(done), call, RegistryOperation::commit);
  }
  Call cancel(Callback<bool> done, const CallOptions&) override {
    auto kept = Place::kept;
    const bool dropped = place_.compare_exchange_strong(kept, Place::dropped);
    done(dropped && in_time());
    return {};
  }

 private:
  enum class Place : std::uint8_t { kept, asked_for, dropped };

  bool in_time() const { return impl_->engine_options.clock->now() < expires_at_; }

  /// After the store was asked, only the store knows the result: the answer may have been lost.
  bool may_ask() {
    auto kept = Place::kept;
    if (in_time()) place_.compare_exchange_strong(kept, Place::asked_for);
    return place_ == Place::asked_for;
  }

  const std::shared_ptr<Registry::Impl> impl_;
  const std::vector<PersonKey> keys_;
  const Moment expires_at_;
  std::atomic<Place> place_{Place::kept};
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
                        const CallOptions& call, RegistryOperation operation) {
  const auto engine = impl.running();
  auto answer = engine->begin<Claim>(operation, call, std::move(done));
  auto ask = [own = impl.own.claim, keys = std::move(keys), account = std::move(account), caller = call.caller,
              answer] {
    own(keys, account, caller, [answer](Result<Claim> claim) { answer->give(std::move(claim)); });
  };
  engine->write(std::make_unique<OwnTask>(answer, std::move(ask)));
  return Call(answer);
}

std::optional<Error> refusal_of(const Registry::Impl* impl, const CallOptions& call) {
  if (impl == nullptr || impl->closed) {
    return make_error(ErrorKind::closed, "the registry is closed");
  }
  if (!call.timeout) return std::nullopt;
  auto checked = check_timeout(*call.timeout, "timeout_ms");
  if (checked) return std::nullopt;
  return std::move(checked.error());
}

}  // namespace bonin::registry_detail
