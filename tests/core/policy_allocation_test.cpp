// The passing path allocates nothing.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "bonin/policy.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

// Not inlined: a compiler that sees malloc on one side of a pair and `delete` on the other complains.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace bonin;

TEST(PolicyAllocation, NoneWhenEverythingPasses) {
  const Policy policy = Policy::parse(R"({"name": "all", "extends": "kr.youth_protection", "rules": [
    {"has": ["ci", "phone"]}, {"foreigner": false}, {"gender": {"in": ["male", "female"]}},
    {"any_of": [{"provider": {"in": ["KCP_V2", "DANAL"]}}, {"not": {"mvno": true}}]},
    {"expect": ["custom_data", "name", "phone"]}, {"account": "new"}, {"single_use": true}]})")
                            .value();
  auto facts = std::make_shared<Verification>();
  facts->status = Status::verified;
  facts->channel.type = ChannelType::live;
  facts->provider = "DANAL";
  facts->custom_data = "a longer text than fits into a small string";
  const Moment now = *parse_moment("2026-01-01T00:00:00Z");
  facts->verified_at = now;
  facts->person.name = {"홍길동홍길동홍길동", Attestation::attested};
  facts->person.phone = {"01012345678", Attestation::attested};
  facts->person.birth_date = {*parse_date("1990-01-01"), Attestation::attested};
  facts->person.gender = {Gender::male, Attestation::attested};
  facts->person.foreigner = {false, Attestation::attested};
  facts->person.ci = {"ci", Attestation::attested};
  const VerificationPtr verification = facts;
  Expect expect;
  expect.custom_data = facts->custom_data;
  expect.name = " 홍길동홍길동홍길동 ";
  expect.phone = "010-1234-5678";
  Standing standing;
  standing.account = Standing::Account::none;
  standing.use = Standing::Use::first;

  (void)policy.evaluate(verification, now, expect, &standing);  // statics are made once
  const std::size_t before = allocations;
  const Decision decision = policy.evaluate(verification, now, expect, &standing);
  const Decision copy = decision;
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(copy.allowed()) << copy.record();
  EXPECT_FALSE(copy.record().empty());
  EXPECT_GT(allocations, before);  // the counter counts
}

}  // namespace
