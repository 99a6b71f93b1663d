// The cases that all three languages run.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bonin/age.hpp"
#include "bonin/policy_cases.hpp"
#include "support/observed.hpp"

namespace {

using namespace bonin;
using nlohmann::json;

std::string read(const std::string& name) {
  std::ifstream file(std::string(BONIN_VECTORS) + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(PolicyVectors, DecideAsWritten) {
  const auto report = run_policy_cases(read("policy.json"));
  ASSERT_TRUE(report.ok()) << report.error().what();
  EXPECT_GT(report->cases.size(), 100U);
  for (const auto& result : report->cases) EXPECT_TRUE(result.passed) << result.name << "\n" << result.difference;
  test::observed(71, "`010-1234-5678<script>`, a letter between the digits, a masked number: equal to nothing");
  test::defended(10,
                 "a rule over an attribute that is self-declared, unreadable or absent denies, unless the "
                 "policy accepts it by name");
}

TEST(PolicyVectors, RefuseAsWritten) {
  const json document = json::parse(read("policy_errors.json"));
  ASSERT_GT(document["cases"].size(), 40U);
  for (const auto& test : document["cases"]) {
    const std::string text = test.contains("text") ? test["text"].get<std::string>() : test["document"].dump();
    const auto policy = Policy::parse(text);
    ASSERT_FALSE(policy.ok()) << test["name"];
    EXPECT_EQ(policy.error().kind, ErrorKind::invalid_policy) << test["name"];
    EXPECT_EQ(policy.error().parameter, test["pointer"].get<std::string>())
        << test["name"] << ": " << policy.error().message;
    EXPECT_FALSE(policy.error().message.empty()) << test["name"];
  }
  test::observed(32, std::to_string(document["cases"].size()) +
                         " documents: `invalid_policy` with the JSON pointer of the mistake");
  test::defended(14, "a policy that cannot be understood does not load");
}

TEST(PolicyVectors, CountAgesAsWritten) {
  const json document = json::parse(read("ages.json"));
  for (const auto& test : document["cases"]) {
    Verification facts;
    facts.person.birth_date = {*parse_date(test["born"].get<std::string>()), Attestation::attested};
    const auto verification = std::make_shared<const Verification>(facts);
    for (const std::string by : {"full", "year"}) {
      const int age = test[by].get<int>();
      const Date day = date_in_korea(*parse_moment(test["now"].get<std::string>()));
      const Date birth = *parse_date(test["born"].get<std::string>());
      EXPECT_EQ(bonin::age(birth, day, by == "full" ? AgeBy::full : AgeBy::year), age) << test << by;
      const auto passes = [&](const char* limit, int years) {
        const auto policy =
            Policy::parse(json{{"name", "age"}, {"rules", {{{"age", {{limit, years}, {"by", by}}}}}}}.dump());
        const auto findings =
            policy.value().evaluate(verification, *parse_moment(test["now"].get<std::string>())).findings();
        return findings.at(3).outcome == Outcome::pass;
      };
      EXPECT_TRUE(passes("at_least", age)) << test << by;
      EXPECT_FALSE(passes("at_least", age + 1)) << test << by;
      EXPECT_TRUE(passes("below", age + 1)) << test << by;
      if (age > 0) {
        EXPECT_FALSE(passes("below", age)) << test << by;
      }
    }
  }
  test::defended(
      7, std::to_string(document["cases"].size()) + " ages at moments around midnight in Korea, counted both ways");
}

TEST(PolicyCases, FailReadably) {
  const auto report = run_policy_cases(R"({"policy": "kr.not_child", "cases": [
    {"name": "wrong on purpose", "now": "2026-01-01T00:00:00Z", "allowed": true,
     "denials": [{"code": "verified"}, {"code": "fresh", "outcome": "fail"}]}]})");
  ASSERT_TRUE(report.ok()) << report.error().what();
  EXPECT_FALSE(report->passed());
  const std::string text = report->text();
  EXPECT_NE(text.find("FAILED  wrong on purpose"), std::string::npos);
  EXPECT_NE(text.find("expected to be allowed, was denied"), std::string::npos);
  EXPECT_NE(text.find("found /baseline/fresh fresh unknown (missing)"), std::string::npos) << text;
  EXPECT_NE(text.find("1 cases, 1 failed"), std::string::npos);
}

TEST(PolicyCases, RefuseWhatTheyDoNotUnderstand) {
  const std::pair<const char*, const char*> bad[] = {
      {R"({"cases": []})", "/cases"},
      {R"({"cases": [{"name": "a", "now": "2026-01-01T00:00:00Z", "allowed": true}]})", "/cases/0/policy"},
      {R"({"policy": "kr.work", "cases": [{"name": "a", "now": "today", "allowed": true}]})", "/cases/0/now"},
      {R"({"policy": "kr.work", "cases": [{"name": "a", "now": "2026-01-01T00:00:00Z"}]})", "/cases/0"},
      {R"({"policy": {"name": "x", "rules": [{"age": 1}]}, "cases": [1]})", "/policy/rules/0/age"},
      {R"({"policy": "kr.work", "given": {"person": {"gender": "x"}},
           "cases": [{"name": "a", "now": "2026-01-01T00:00:00Z", "allowed": true}]})",
       "/given/person/gender"},
      {R"({"policy": "kr.work", "cases": [{"name": "a", "now": "2026-01-01T00:00:00Z", "allowed": true,
           "verification": {"person": {"gender": "x"}}}]})",
       "/cases/0/verification/person/gender"},
      {R"({"policy": "kr.work", "cases": [{"name": "a", "now": "2026-01-01T00:00:00Z", "allowed": true,
           "denials": [{"kode": "age"}]}]})",
       "/cases/0/denials/0/kode"},
  };
  for (const auto& [text, pointer] : bad) {
    const auto report = run_policy_cases(text);
    ASSERT_FALSE(report.ok()) << text;
    EXPECT_EQ(report.error().parameter, pointer) << report.error().message;
  }
}

}  // namespace
