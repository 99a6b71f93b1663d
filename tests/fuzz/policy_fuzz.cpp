// Any bytes as a policy document: refused with a reason, or a policy that decides, explains itself and stays itself
// when its own canonical document is read again.

#include <cstdint>

#include "bonin/policy_cases.hpp"
#include "bonin/policy_diff.hpp"
#include "require.hpp"

namespace {

using namespace bonin;

VerificationPtr person() {
  auto v = std::make_shared<Verification>();
  v->status = Status::verified;
  v->channel.type = ChannelType::live;
  v->person.birth_date = {*parse_date("2004-02-29"), Attestation::attested};
  v->person.gender = {Gender::female, Attestation::self_declared_possible};
  return v;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const VerificationPtr somebody = person();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)run_policy_cases(text);
  const auto policy = Policy::parse(text);
  if (!policy) {
    REQUIRE(policy.error().kind == ErrorKind::invalid_policy && !policy.error().message.empty());
    return 0;
  }
  Expect expect;
  expect.name = "x";
  const Decision decision = policy->evaluate(somebody, Moment{std::chrono::hours{500'000}}, expect);
  // Never verified in time: whatever the document says, this must not pass.
  REQUIRE(!decision.allowed());
  std::uint64_t bit = 1;
  for (const Finding& finding : decision.findings()) {
    REQUIRE(((decision.failed() & bit) != 0) == (finding.outcome == Outcome::fail));
    REQUIRE(((decision.unknown() & bit) != 0) == (finding.outcome == Outcome::unknown));
    bit <<= 1;
  }
  REQUIRE(!decision.record().empty());
  REQUIRE(!policy->explain(Language::korean).empty() && !policy->explain(Language::english).empty());
  REQUIRE(policy->tree(Language::korean).size() == policy->rules().size());
  const auto same = policy_diff(policy.value(), policy.value());
  REQUIRE(same.ok() && same->same() && !same->json().empty());
  const auto again = Policy::parse(policy->document());
  REQUIRE(!again || again->document() == policy->document());  // may be longer than a document is allowed to be
  return 0;
}
