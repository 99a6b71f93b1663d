#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

#include "bonin/policy_file.hpp"
#include "model/invalid_argument.hpp"
#include "policy/document.hpp"

namespace bonin {

Result<Policy> Policy::load(const std::string& path) {
  // fopen would take what stands before a NUL, which is another file.
  if (path.find('\0') != std::string::npos) return invalid_argument("path", "path holds a NUL");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  const auto unreadable = [&] {
    return invalid_argument("path",
                            "the policy file `" + path + "` cannot be read: " + std::generic_category().message(errno));
  };
  if (!file) return unreadable();
  // One byte more than a policy may have, so that parse() sees and refuses what is too long.
  std::string text(policy_detail::max_policy_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return unreadable();
  auto policy = parse(text);
  if (!policy) policy.error().message += " (in `" + path + "`)";
  return policy;
}

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
