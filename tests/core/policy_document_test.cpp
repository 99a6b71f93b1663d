// Loading, presets, warnings, what a decision says, and reloading.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bonin/policy_file.hpp"
#include "support/observed.hpp"

namespace {

using namespace bonin;

const Moment now = *parse_moment("2026-06-03T12:00:00+09:00");

Policy parse(const std::string& rules) {
  auto policy = Policy::parse(R"({"name": "test", "rules": [)" + rules + "]}");
  EXPECT_TRUE(policy.ok()) << policy.error().what();
  return policy.value();
}

VerificationPtr canary() {
  auto v = std::make_shared<Verification>();
  v->id = "canary-id";
  v->status = Status::verified;
  v->verified_at = now;
  v->channel.type = ChannelType::live;
  v->custom_data = "canary-data";
  v->person.name = {"canary-name", Attestation::attested};
  v->person.phone = {"01098765432", Attestation::attested};
  v->person.birth_date = {*parse_date("2012-03-04"), Attestation::attested};
  v->person.ci = {"canary-ci", Attestation::attested};
  return v;
}

TEST(PolicyLoading, RefusesWhatIsTooLong) {
  const auto policy = Policy::parse(std::string(10 * 1024 * 1024, ' '));
  ASSERT_FALSE(policy.ok());
  EXPECT_EQ(policy.error().kind, ErrorKind::invalid_policy);
  EXPECT_NE(policy.error().message.find("65536 bytes"), std::string::npos);
}

TEST(PolicyLoading, RefusesInvalidUtf8AndDeepNesting) {
  for (const std::string bytes : {"\xff", "\xc3\x28", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc0\xaf"}) {
    const auto policy = Policy::parse("{\"name\": \"" + bytes + "\", \"rules\": [{\"has\": \"ci\"}]}");
    ASSERT_FALSE(policy.ok());
    EXPECT_NE(policy.error().message.find("UTF-8"), std::string::npos) << policy.error().message;
  }
  const auto deep = Policy::parse(std::string(10'000, '[') + std::string(10'000, ']'));
  ASSERT_FALSE(deep.ok());
  EXPECT_NE(deep.error().message.find("32 levels"), std::string::npos) << deep.error().message;
}

TEST(PolicyLoading, DoesNotRepeatValuesInErrors) {
  for (const char* text : {R"({"name": "a", "rules": [{"age": {"at_least": "canary", "by": "full"}}]})",
                           R"({"name": "a", "rules": [{"has": "canary"}]})", R"({"name": "a", "extends": "canary"})",
                           R"({"name": "a", "rules": [canary]})", R"({"name": "canary)"}) {
    const auto policy = Policy::parse(text);
    ASSERT_FALSE(policy.ok());
    EXPECT_EQ(policy.error().what().find("canary"), std::string::npos) << policy.error().what();
  }
}

TEST(PolicyLoading, HoldsSixtyFourRulesInAll) {
  std::string rules = R"({"has": "ci"})";
  for (int i = 1; i < 54; ++i) rules += R"(, {"has": "ci"})";
  Expect expect;
  expect.merchant_uid = expect.custom_data = expect.customer_id = expect.name = expect.phone = "x";
  expect.birth_date = *parse_date("2000-01-01");
  expect.begun = Begun::foreign;
  const Decision decision = parse(rules).evaluate(canary(), now, expect);
  EXPECT_EQ(decision.findings().size(), Decision::max_rules);
  const auto findings = decision.findings();
  EXPECT_EQ(std::count_if(findings.begin(), findings.end(), [](const auto& f) { return f.outcome != Outcome::pass; }),
            7);
  EXPECT_EQ(decision.denials().size(), 1U);  // of a flow that is somebody else's, that alone
  EXPECT_EQ(decision.failed() | decision.unknown(), 0x7FULL << 57);
}

TEST(PolicyPresets, LoadWithTheirLaw) {
  EXPECT_EQ(Policy::preset_names().size(), 12U);
  for (const auto name : Policy::preset_names()) {
    const bool vote = name == "kr.vote";
    const auto policy = vote ? Policy::preset(name, *parse_date("2026-06-03")) : Policy::preset(name);
    ASSERT_TRUE(policy.ok()) << name;
    EXPECT_EQ(policy->name(), name);
    EXPECT_FALSE(policy->law().empty()) << name;
    EXPECT_TRUE(policy->warnings().empty()) << name;
    EXPECT_FALSE(policy->needs_standing()) << name;
    EXPECT_EQ(policy->rules().size(), 4U) << name;
    const auto wrong = vote ? Policy::preset(name) : Policy::preset(name, *parse_date("2026-06-03"));
    ASSERT_FALSE(wrong.ok()) << name;
    EXPECT_EQ(wrong.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(wrong.error().parameter, "election_day");
  }
  EXPECT_EQ(Policy::preset("kr.nothing").error().kind, ErrorKind::invalid_argument);
}

TEST(PolicyPresets, StandAtTheAgeOfTheLaw) {
  // The youngest who may, and the day after: for the presets as the law counts them on 2026-06-03.
  const std::tuple<const char*, const char*, const char*> limits[] = {
      {"kr.youth_protection", "2007-12-31", "2008-01-01"},
      {"kr.game_adult", "2007-12-31", "2008-01-01"},
      {"kr.film_adult", "2007-12-31", "2008-01-01"},
      {"kr.music_adult", "2007-12-31", "2008-01-01"},
      {"kr.lottery", "2007-12-31", "2008-01-01"},
      {"kr.civil_adult", "2007-06-03", "2007-06-04"},
      {"kr.not_child", "2012-06-03", "2012-06-04"},
      {"kr.work", "2011-06-03", "2011-06-04"},
      {"kr.adult_work", "2008-06-03", "2008-06-04"},
      {"kr.licence", "2008-06-03", "2008-06-04"},
      {"kr.moped", "2010-06-03", "2010-06-04"},
      {"kr.vote", "2008-06-04", "2008-06-05"}};
  for (const auto& [name, may, may_not] : limits) {
    const std::string_view preset = name;
    const Policy policy = preset == "kr.vote" ? Policy::preset(preset, *parse_date("2026-06-03")).value()
                                              : Policy::preset(preset).value();
    Verification facts = *canary();
    facts.person.birth_date = {*parse_date(may), Attestation::attested};
    EXPECT_TRUE(policy.evaluate(std::make_shared<Verification>(facts), now).allowed()) << name;
    facts.person.birth_date = {*parse_date(may_not), Attestation::attested};
    EXPECT_FALSE(policy.evaluate(std::make_shared<Verification>(facts), now).allowed()) << name;
  }
}

TEST(PolicyWarnings, NameContradictions) {
  const std::pair<const char*, std::size_t> cases[] = {
      {R"({"age": {"at_least": 19, "by": "full"}}, {"age": {"below": 14, "by": "full"}})", 1},
      {R"({"age": {"at_least": 19, "below": 19, "by": "full"}})", 1},
      {R"({"age": {"at_least": 19, "by": "year"}}, {"age": {"below": 19, "by": "full"}})", 0},  // before the birthday
      {R"({"age": {"at_least": 20, "by": "year"}}, {"age": {"below": 19, "by": "full"}})", 1},
      {R"({"age": {"at_least": 19, "by": "full"}}, {"age": {"below": 19, "by": "year"}})", 1},
      {R"({"gender": {"in": ["male"]}}, {"gender": {"in": ["female"]}})", 1},
      {R"({"gender": {"in": ["male"]}}, {"all_of": [{"gender": {"not_in": ["male"]}}]})", 1},
      {R"({"any_of": [{"gender": {"in": ["male"]}}, {"gender": {"in": ["female"]}}]})", 0},
      {R"({"foreigner": true}, {"foreigner": false})", 1},
      {R"({"account": "new"}, {"account": "same"})", 1},
      {R"({"account": "new"}, {"account": "any"})", 0},
      {R"({"expect": ["merchant_uid", "custom_data"]})", 1},
      {R"({"provider": {"in": ["DANAL"]}}, {"channel": {"providers": ["KCP_V2"]}})", 1},
      {R"({"provider": {"in": ["INICIS_UNIFIED"]}}, {"has": "di"}, {"carrier": {"in": ["KT"]}})", 2},
      {R"({"channel": {"providers": ["INICIS_UNIFIED"]}}, {"attested": ["gender", "ci"]})", 1},
      {R"({"provider": {"in": ["DANAL"]}}, {"has": "di"}, {"attested": "gender"})", 0},
  };
  for (const auto& [rules, count] : cases) {
    const Policy policy = parse(rules);
    EXPECT_EQ(policy.warnings().size(), count) << rules << (policy.warnings().empty() ? "" : policy.warnings()[0]);
  }
}

TEST(PolicyDecision, SaysTheSameBytesForTheSameInputs) {
  const std::string document = R"({"rules": [{"age": {"by": "full", "at_least": 19}}], "name": "test"})";
  const Policy a = Policy::parse(document).value(), b = parse(R"({"age":{"at_least":19,"by":"full"}})");
  EXPECT_EQ(a.hash(), b.hash());
  EXPECT_EQ(a.document(), b.document());
  EXPECT_EQ(a.hash().size(), 64U);
  EXPECT_NE(a.hash(), parse(R"({"age":{"at_least":20,"by":"full"}})").hash());
  EXPECT_EQ(a.evaluate(canary(), now).record(), b.evaluate(canary(), now).record());
}

TEST(PolicyDecision, WritesAnAuditLineWithoutPersonalData) {
  const Decision decision = parse(R"({"age":{"at_least":19,"by":"full"}})").evaluate(canary(), now);
  const auto record = nlohmann::json::parse(decision.record());
  EXPECT_EQ(record["allowed"], false);
  EXPECT_EQ(record["at"], "2026-06-03T03:00:00.000Z");
  EXPECT_EQ(record["policy"], "test");
  EXPECT_EQ(record["policy_hash"], std::string(decision.policy_hash()));
  EXPECT_EQ(record["denials"][0]["reason"], "too_young");
  // printf canary-id | sha256sum
  EXPECT_EQ(record["id_sha256"], "e8b05d416393d20c61164c64f4385e88fc5bac4c88033b9efe5f258b2d10c5c9");
  for (const char* secret : {"canary", "01098765432", "2012-03-04"}) {
    EXPECT_EQ(decision.record().find(secret), std::string::npos) << secret;
  }
}

TEST(PolicyDecision, SpeaksToTheUserInBothLanguagesWithoutPersonalData) {
  const Policy policy = parse(
      R"({"age":{"at_least":19,"by":"full"}}, {"has":["di","ci"]}, {"foreigner":false}, {"gender":{"in":["male"]}},
         {"any_of":[{"carrier":{"in":["KT"]}},{"mvno":true}]}, {"not":{"has":"ci"}}, {"attested":"name"},
         {"account":"new"}, {"single_use":true}, {"not_banned":true}, {"rejoin_period_over":true}, {"expect":"name"})");
  Expect expect;
  expect.name = "canary-other";
  expect.custom_data = "canary-data";
  for (const auto& finding : policy.evaluate(canary(), now, expect).findings()) {
    EXPECT_FALSE(finding.code.empty());
    EXPECT_EQ(finding.reason.empty(), finding.outcome == Outcome::pass) << finding.code;
    EXPECT_GT(finding.ko.size(), 5U) << finding.code;
    EXPECT_GT(finding.en.size(), 5U) << finding.code;
    for (const auto& text : {finding.ko, finding.en, finding.reason}) {
      EXPECT_EQ(text.find("canary"), std::string::npos) << text;
    }
  }
}

TEST(PolicyDecision, DeniesNothingAndNobody) {
  EXPECT_FALSE(Decision().allowed());
  EXPECT_TRUE(Decision().findings().empty());
  const Decision decision = Policy::preset("kr.work")->evaluate(nullptr, now);
  EXPECT_FALSE(decision.allowed());
  ASSERT_NE(decision.verification(), nullptr);
  EXPECT_EQ(decision.denials().size(), 4U);
}

TEST(PolicyExplanation, NamesEveryRuleInBothLanguages) {
  const Policy policy =
      parse(R"({"age":{"between":[19,34],"by":"full"}}, {"any_of":[{"foreigner":true},{"has":"ci"}]})");
  const std::string ko = policy.explain(Language::korean), en = policy.explain(Language::english);
  EXPECT_NE(ko.find("만 19세 이상 35세 미만 [/rules/0]"), std::string::npos) << ko;
  EXPECT_NE(en.find("at least 19 and under 35 years old [/rules/0]"), std::string::npos) << en;
  EXPECT_NE(en.find("a foreign national or the connecting information (CI) is given"), std::string::npos) << en;
  EXPECT_NE(en.find("verified within 10 minutes [/baseline/fresh]"), std::string::npos) << en;
  EXPECT_NE(Policy::preset("kr.lottery")->explain(Language::korean).find("복권 및 복권기금법"), std::string::npos);
}

TEST(PolicyFile, KeepsTheOldPolicyWhenTheNewOneIsBad) {
  const auto path = std::filesystem::temp_directory_path() / ("bonin-policy-" + std::to_string(::getpid()) + ".json");
  const auto write = [&](const std::string& text) { std::ofstream(path, std::ios::trunc) << text; };
  write(R"({"name": "first", "extends": "kr.work"})");
  const auto file = PolicyFile::open(path.string());
  ASSERT_TRUE(file.ok()) << file.error().what();
  write(R"({"name": "second", "extends": "kr.wrok"})");
  const auto reloaded = file.value()->reload();
  ASSERT_FALSE(reloaded.ok());
  EXPECT_EQ(reloaded.error().parameter, "/extends");
  EXPECT_EQ(file.value()->policy().name(), "first");
  write(R"({"name": "second", "extends": "kr.work"})");
  ASSERT_TRUE(file.value()->reload().ok());
  EXPECT_EQ(file.value()->policy().name(), "second");
  std::filesystem::remove(path);
  EXPECT_FALSE(file.value()->reload().ok());
  EXPECT_EQ(file.value()->policy().name(), "second");
  const auto missing = PolicyFile::open(path.string());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().parameter, "path");
  test::observed(33, "`" + std::string(reloaded.error().name()) + "` at `" + reloaded.error().parameter +
                         "`, the old policy stays");
}

}  // namespace
