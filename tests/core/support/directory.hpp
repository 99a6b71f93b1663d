#pragma once
// A PortOne whose verifications a test makes.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "bonin/bonin.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {

/// Answers the verification that an id stands for, at once.
class Directory final : public PortOne {
 public:
  explicit Directory(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}
  std::string add(const std::string& ci, const std::string& di, const std::string& id) {
    auto v = std::make_shared<Verification>(verified(ci, di, id));
    v->provider = provider;
    v->verified_at = clock_->now();
    const std::lock_guard lock(mutex_);
    known_[id] = std::move(v);
    return id;
  }
  std::string add(const Verification& verification) {
    const std::lock_guard lock(mutex_);
    known_[verification.id] = std::make_shared<const Verification>(verification);
    return verification.id;
  }
  VerificationPtr at(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    return known_.at(id);
  }

  std::string provider = "DANAL";  // of what is added

  Api api() const noexcept override { return Api::v2; }
  std::chrono::milliseconds timeout() const noexcept override { return std::chrono::seconds(10); }
  std::chrono::milliseconds provider_timeout() const noexcept override { return std::chrono::seconds(60); }
  using PortOne::lookup;
  Call lookup(std::string_view id, const CallOptions&, const Settle&, Callback<VerificationPtr> done) const override {
    done(at(std::string(id)));
    return {};
  }
  Result<Flow> begin(std::string_view, const FlowOptions&, Moment) const override { return Flow{}; }
  Begun begun(const Verification&, const FlowOwner&, Moment, bool) const override { return Begun::here; }
  bool issued(std::string_view, const FlowOwner&, Moment) const override { return true; }
  Flow new_flow(const FlowOwner&, Moment) const override { return {}; }
  Call send_otp(const Flow&, const OtpPerson&, const CallOptions&, Callback<std::string>) const override { return {}; }
  Call resend_otp(std::string_view, const CallOptions&, Callback<Done>) const override { return {}; }
  Call confirm_otp(std::string_view, std::string_view, const CallOptions&, Callback<VerificationPtr>) const override {
    return {};
  }
  std::string seal(std::string_view, const FlowOwner&, Moment) const override { return {}; }
  std::optional<std::string> open(std::string_view, const FlowOwner&, Moment) const override { return {}; }
  void close() const override {}
  Call drain(std::chrono::milliseconds, Callback<std::int64_t>) const override { return {}; }
  Result<Entry> enter() const override { return Entry(); }
  Call check(const CallOptions&, Callback<CheckReport>) const override { return {}; }
  std::string describe() const override { return "Directory()"; }
  Metrics metrics() const override { return {}; }
  Circuit circuit() const override { return Circuit::closed; }
  void listen(LogLevel) const override {}
  bool has_log_events() const override { return false; }
  std::vector<LogEvent> take_log_events() const override { return {}; }

 private:
  const std::shared_ptr<const Clock> clock_;
  mutable std::mutex mutex_;  // guards known_
  std::map<std::string, VerificationPtr> known_;
};

}  // namespace bonin::registry_test
