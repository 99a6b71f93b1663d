#include "bonin/verifier.hpp"

namespace bonin {

struct Verifier::Impl {
  std::shared_ptr<const PortOne> portone;
  Policy policy;
  std::shared_ptr<const Clock> clock;
};

Result<Verifier> Verifier::create(Options options) {
  const auto wrong = [](const char* parameter, const char* message) {
    Error error;
    error.kind = ErrorKind::invalid_argument;
    error.parameter = parameter;
    error.message = message;
    return error;
  };
  if (!options.portone) return wrong("portone", "portone is missing");
  if (options.policy.needs_standing()) {
    return wrong("registry", "the policy asks about accounts, which a registry alone knows");
  }
  auto clock = options.clock ? std::move(options.clock) : Clock::system();
  return Verifier(
      std::make_shared<const Impl>(Impl{std::move(options.portone), std::move(options.policy), std::move(clock)}));
}

Call Verifier::verify(std::string_view id, const VerifyOptions& options, Callback<Decision> done) const {
  CallOptions call;
  call.timeout = options.timeout;
  return impl_->portone->lookup(
      id, call, [impl = impl_, expect = options.expect, done = std::move(done)](Result<VerificationPtr> verification) {
        if (!verification) return done(std::move(verification.error()));
        done(impl->policy.evaluate(std::move(verification.value()), impl->clock->now(), expect));
      });
}

const std::shared_ptr<const PortOne>& Verifier::portone() const noexcept { return impl_->portone; }
const Policy& Verifier::policy() const noexcept { return impl_->policy; }

}  // namespace bonin
