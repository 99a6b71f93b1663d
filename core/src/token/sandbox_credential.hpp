#pragma once
// Who we are to a sandbox on another machine, reached in the clear.

#include <vector>

#include "token/credential.hpp"

namespace bonin {

/// Asks the server once whether it is a sandbox, before any other request goes out, and gives out another credential's
/// grants from then on. A server that is none gets nothing: no credential and no person.
class SandboxCredential final : public Credential, public std::enable_shared_from_this<SandboxCredential> {
 public:
  /// `transport` outlives every request.
  SandboxCredential(Transport& transport, std::shared_ptr<const ConnectionOptions> connection,
                    std::shared_ptr<Credential> inner)
      : transport_(transport), connection_(std::move(connection)), inner_(std::move(inner)) {}

  void grant(std::function<void(Result<Grant>)> done) override;
  bool afford(bool throttled) override { return inner_->afford(throttled); }
  bool reject(std::uint64_t generation) override { return inner_->reject(generation); }
  void forget() override { inner_->forget(); }

 private:
  void ask();
  void answered(const Result<Response>& answer);

  Transport& transport_;
  const std::shared_ptr<const ConnectionOptions> connection_;
  const std::shared_ptr<Credential> inner_;
  bool is_sandbox_ = false;
  std::vector<std::function<void(Result<Grant>)>> waiting_;  // not empty: it is being asked
};

}  // namespace bonin
