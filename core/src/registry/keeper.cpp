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

}  // namespace

std::shared_ptr<Reservation::Keeper> keeper_in_store(std::shared_ptr<Registry::Impl> impl, std::string reservation_id) {
  return std::make_shared<InStore>(std::move(impl), std::move(reservation_id));
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
