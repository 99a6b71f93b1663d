#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "bonin/policy_file.hpp"

namespace bonin {

struct PolicyFile::Impl {
  Impl(std::string file, Policy first) : path(std::move(file)), policy(std::move(first)) {}

  const std::string path;
  mutable std::mutex mutex;  // policy, begun, in_force
  Policy policy;
  std::uint64_t begun = 0;     // how many reloads have begun
  std::uint64_t in_force = 0;  // which of them read the policy
};

PolicyFile::PolicyFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PolicyFile::~PolicyFile() = default;

Result<std::shared_ptr<PolicyFile>> PolicyFile::open(std::string path) {
  auto policy = Policy::load(path);
  if (!policy) return std::move(policy).error();
  auto impl = std::make_unique<Impl>(std::move(path), std::move(policy).value());
  return std::shared_ptr<PolicyFile>(new PolicyFile(std::move(impl)));
}

Policy PolicyFile::policy() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->policy;
}

Result<Done> PolicyFile::reload() {
  const auto number = [&] {
    const std::lock_guard lock(impl_->mutex);
    return ++impl_->begun;
  }();
  auto policy = Policy::load(impl_->path);
  if (!policy) return std::move(policy).error();
  const std::lock_guard lock(impl_->mutex);
  // One that began later may have ended before: what it read is not older than this.
  if (number > impl_->in_force) {
    impl_->policy = std::move(policy).value();
    impl_->in_force = number;
  }
  return Done{};
}

}  // namespace bonin
