#include "verifier_tally.hpp"

#include "model/provider.hpp"

namespace bonin {

void VerifierTally::ended(const Result<Decision>& result) {
  if (result) return decided(result.value());
  failed_[static_cast<std::size_t>(result.error().kind)].fetch_add(1, std::memory_order_relaxed);
}

void VerifierTally::decided(const Decision& decision) {
  const auto& verification = decision.verification();
  std::string provider(verification ? loggable_provider(verification->provider) : "");
  if (provider.empty()) provider = "none";
  const auto denials = decision.allowed() ? std::vector<Finding>() : decision.denials();
  const std::lock_guard lock(mutex_);
  if (decisions_.size() >= most_providers && !decisions_.contains(provider)) provider = "other";
  auto& of_provider = decisions_[provider];
  ++(decision.allowed() ? of_provider.allowed : of_provider.denied);
  for (const auto& finding : denials) {
    auto key = std::pair(finding.code, finding.reason);
    if (denials_.size() >= most_denials && !denials_.contains(key)) key.second = "other";
    ++denials_[std::move(key)];
  }
}

VerifierMetrics VerifierTally::metrics() const {
  VerifierMetrics metrics;
  for (std::size_t i = 0; i < failed_.size(); ++i) metrics.failed[i] = failed_[i].load(std::memory_order_relaxed);
  metrics.records_written = records_written_;
  metrics.records_lost = records_lost_;
  const std::lock_guard lock(mutex_);
  for (const auto& [provider, ends] : decisions_) metrics.decisions.push_back({provider, ends.allowed, ends.denied});
  for (const auto& [key, count] : denials_) metrics.denials.push_back({key.first, key.second, count});
  return metrics;
}

}  // namespace bonin
