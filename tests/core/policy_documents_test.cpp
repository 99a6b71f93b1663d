// Policy documents that extend files, have texts of their own, and are compared: the cases that all three languages
// run.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bonin/policy_cases.hpp"
#include "bonin/policy_diff.hpp"
#include "bonin/policy_file.hpp"

namespace {

using namespace bonin;
using nlohmann::json;
namespace fs = std::filesystem;

json document_vectors(const std::string& name) {
  std::ifstream file(std::string(BONIN_VECTORS) + "/" + name + ".json");
  return json::parse(file);
}

/// A folder with the files of a case, gone at the end.
class Folder {
 public:
  explicit Folder(const json& test) {
    std::string pattern = (fs::temp_directory_path() / "bonin-documents-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    for (const auto& [name, content] : test["files"].items()) write(name, content);
    if (!test.contains("links")) return;
    for (const auto& [name, target] : test["links"].items()) {
      fs::create_directories((path_ / name).parent_path());
      fs::create_symlink(target.get<std::string>(), path_ / name);
    }
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string at(const json& name) const { return (path_ / name.get<std::string>()).string(); }

  void write(const std::string& name, const json& content) const {
    fs::create_directories((path_ / name).parent_path());
    if (content.is_null()) {
      fs::create_directory(path_ / name);
      return;
    }
    std::ofstream out(path_ / name, std::ios::binary);
    if (content.is_string()) {
      out << content.get<std::string>();
    } else if (content.contains("repeat")) {
      for (int i = content["repeat"][1]; i > 0; --i) out << content["repeat"][0].get<std::string>();
    } else {
      out << content.dump();
    }
  }

 private:
  fs::path path_;
};

void expect_refusal(const json& test, const Error& error, ErrorKind kind) {
  EXPECT_EQ(error.kind, kind) << error.message;
  if (!test["pointer"].is_null()) {
    EXPECT_EQ(error.parameter, test["pointer"].get<std::string>()) << error.message;
  }
  for (const std::string part : test["says"]) {
    EXPECT_NE(error.message.find(part), std::string::npos) << part << "\n" << error.message;
  }
}

TEST(PolicyDocuments, ExtendFilesAsWritten) {
  const json vectors = document_vectors("policy_files");
  ASSERT_FALSE(vectors["loads"].empty());
  for (const json& test : vectors["loads"]) {
    SCOPED_TRACE(test["name"]);
    const Folder folder(test);
    const auto policy = Policy::load(folder.at(test["load"]));
    ASSERT_TRUE(policy.ok()) << policy.error().what();
    EXPECT_EQ(json::parse(policy->document()), test["document"]);
    std::vector<std::string> pointers;
    for (const auto& rule : policy->rules()) pointers.push_back(rule.pointer);
    EXPECT_EQ(json(pointers), test["pointers"]);
    EXPECT_EQ(policy->law(), test["law"].is_null() ? "" : test["law"].get<std::string>());
    const auto period = policy->rejoin_after();
    EXPECT_EQ(period ? json(period->count()) : json(), test.value("rejoin_after_ms", json()));
    EXPECT_TRUE(policy->warnings().empty());
    // What is written out is the same policy.
    const auto again = Policy::parse(policy->document());
    ASSERT_TRUE(again.ok()) << again.error().what();
    EXPECT_EQ(again->hash(), policy->hash());
    EXPECT_TRUE(policy_diff(policy.value(), again.value())->rules.empty());
  }
}

TEST(PolicyDocuments, RefuseAsWritten) {
  const json vectors = document_vectors("policy_files");
  ASSERT_FALSE(vectors["refuses"].empty());
  for (const json& test : vectors["refuses"]) {
    SCOPED_TRACE(test["name"]);
    const Folder folder(test);
    const auto policy = Policy::load(folder.at(test["load"]));
    ASSERT_FALSE(policy.ok());
    expect_refusal(test, policy.error(), ErrorKind::invalid_policy);
    EXPECT_FALSE(PolicyFile::open(folder.at(test["load"])).ok());
  }
}

TEST(PolicyDocuments, AreNamedByCasesAsWritten) {
  const json vectors = document_vectors("policy_files");
  ASSERT_FALSE(vectors["cases"].empty());
  for (const json& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"]);
    const Folder folder(test);
    const auto report = run_policy_cases_file(folder.at(test["cases"]));
    if (test.contains("says")) {
      ASSERT_FALSE(report.ok());
      expect_refusal(test, report.error(), *error_kind(test["kind"].get<std::string>()));
    } else {
      ASSERT_TRUE(report.ok()) << report.error().what();
      EXPECT_TRUE(report->passed()) << report->text();
    }
  }
}

// A text has no folder: nothing that it names is looked for.
TEST(PolicyDocuments, WithoutAFolderNameNoFile) {
  const Policy at_hand = Policy::preset("kr.work").value();
  for (const char* const path : {"house.json", "./house", "/etc/passwd", "a/../b.json"}) {
    const json document{{"name", "x"}, {"extends", path}};
    for (const json& one : {document, json{{"name", "x"}, {"extends", json::array({document})}}}) {
      const auto policy = Policy::parse(one.dump());
      ASSERT_FALSE(policy.ok());
      EXPECT_TRUE(policy.error().parameter.starts_with("/extends"));
      EXPECT_NE(policy.error().message.find("`Policy.load`"), std::string::npos) << policy.error().message;
    }
    const json cases{{"policy", path},
                     {"cases", {{{"name", "x"}, {"now", "2026-01-01T00:00:00Z"}, {"allowed", true}}}}};
    const auto report = run_policy_cases(cases.dump());
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().parameter, "/policy");
    // With a policy at hand those of the cases are not looked for.
    EXPECT_TRUE(run_policy_cases(cases.dump(), &at_hand).ok());
  }
}

// A pipe would be waited for.
TEST(PolicyDocuments, ExtendNoDevice) {
  for (const char* const device : {"/dev/zero", "/dev/stdin"}) {
    const json test{{"files", {{"shop.json", {{"name", "shop"}, {"extends", device}}}}}};
    const Folder folder(test);
    const auto policy = Policy::load(folder.at("shop.json"));
    ASSERT_FALSE(policy.ok());
    EXPECT_EQ(policy.error().parameter, "/extends");
  }
}

TEST(PolicyDocuments, AreReloadedWithTheirBases) {
  const json test = json::parse(R"({"files": {"shop.json": {"name": "shop", "extends": "house.json"},
                                             "house.json": {"name": "house", "rules": [{"has": "ci"}]}}})");
  const Folder folder(test);
  const auto file = PolicyFile::open(folder.at("shop.json"));
  ASSERT_TRUE(file.ok()) << file.error().what();
  const std::string first(file.value()->policy().hash());
  folder.write("house.json", json::parse(R"({"name": "house", "rules": [{"has": "phone"}]})"));
  ASSERT_TRUE(file.value()->reload().ok());
  const std::string second(file.value()->policy().hash());
  EXPECT_NE(second, first);
  fs::remove(folder.at("house.json"));
  EXPECT_FALSE(file.value()->reload().ok());
  EXPECT_EQ(file.value()->policy().hash(), second);
}

TEST(PolicyDocuments, SpeakToThePersonAsWritten) {
  const json vectors = document_vectors("policy_texts");
  const Policy work = Policy::preset("kr.work").value();
  for (const json& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"]);
    const auto policy = Policy::parse(test["document"].dump());
    ASSERT_TRUE(policy.ok()) << policy.error().what();
    const json cases{{"given", vectors["given"]},
                     {"cases", {{{"name", "x"}, {"now", vectors["now"]}, {"allowed", true}}}}};
    const auto diff = policy_diff(work, policy.value(), std::string_view(cases.dump()));
    ASSERT_TRUE(diff.ok()) << diff.error().what();
    std::vector<Finding> denials;
    if (!diff->cases.empty()) denials = diff->cases[0].denials;
    ASSERT_EQ(denials.size(), test["ko"].size());
    json plain = test["document"];
    const auto without = [](const auto& self, json& rule) -> void {
      if (rule.is_object()) rule.erase("text");
      if (!rule.is_structured()) return;
      for (json& part : rule) self(self, part);
    };
    without(without, plain);
    const auto bonins = policy_diff(work, Policy::parse(plain.dump()).value(), std::string_view(cases.dump()));
    for (std::size_t i = 0; i < denials.size(); ++i) {
      const Finding& own = bonins->cases.at(0).denials.at(i);
      EXPECT_EQ(denials[i].ko, test["ko"][i].is_null() ? own.ko : test["ko"][i].get<std::string>());
      EXPECT_EQ(denials[i].en, test["en"][i].is_null() ? own.en : test["en"][i].get<std::string>());
    }
  }
}

TEST(PolicyDocuments, AreComparedAsWritten) {
  const json vectors = document_vectors("policy_diff");
  ASSERT_FALSE(vectors["cases"].empty());
  for (const json& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"]);
    const auto before = Policy::parse(test["before"].dump()), after = Policy::parse(test["after"].dump());
    ASSERT_TRUE(before.ok() && after.ok());
    const bool with_cases = test.contains("cases");
    const std::string cases = with_cases ? test["cases"].dump() : "";
    const auto diff =
        policy_diff(before.value(), after.value(), with_cases ? std::optional<std::string_view>(cases) : std::nullopt);
    ASSERT_TRUE(diff.ok()) << diff.error().what();
    const json all = json::parse(diff->json());
    json rules = json::array(), changed = json::array();
    const auto pointer = [](const json& side) { return side.is_null() ? json() : side["pointer"]; };
    for (const json& rule : all["rules"]) {
      rules.push_back({rule["change"], rule["code"], pointer(rule["before"]), pointer(rule["after"])});
    }
    for (const json& one : all["cases"]) {
      json codes = json::array();
      for (const json& finding : one["denials"]) codes.push_back(finding["code"]);
      changed.push_back({one["name"], one["before"], one["after"], codes});
    }
    EXPECT_EQ(rules, test["rules"]);
    EXPECT_EQ(changed, test.value("changed", json::array()));
    EXPECT_EQ(all["judged"], with_cases ? test["cases"]["cases"].size() : 0);
    EXPECT_EQ(rules.empty(), all["en"].get<std::string>().find("the rules are the same") != std::string::npos);
    EXPECT_EQ(rules.empty(), all["ko"].get<std::string>().find("규칙이 같습니다") != std::string::npos);
  }
}

TEST(PolicyDocuments, SayWhatChanges) {
  const Policy before = Policy::parse(R"({"name":"now","rules":[{"age":{"at_least":19,"by":"year"}},{"channel":
    {"keys":["one"]}},{"has":"ci"}]})")
                            .value();
  const Policy after = Policy::parse(R"({"name":"new","rules":[{"age":{"at_least":19,"by":"full"}},{"channel":
    {"keys":["two"]}}]})")
                           .value();
  const auto diff = policy_diff(before, after, R"({"cases":[{"name":"19 this year","now":"2026-01-01T12:00:00+09:00",
    "allowed":true,"verification":{"status":"verified","channel":{"type":"live","key":"one"},
    "verified_at":"2026-01-01T12:00:00+09:00","person":{"birth_date":"2007-06-01","ci":"x"}}}]})");
  ASSERT_TRUE(diff.ok()) << diff.error().what();
  EXPECT_EQ(diff->text(Language::korean),
            "now -> new\n"
            "없어지는 규칙:\n"
            "- 연계정보(CI) 있음 [/rules/2]\n"
            "바뀌는 규칙:\n"
            "- 연 나이 19세 이상 [/rules/0]\n"
            "+ 만 19세 이상 [/rules/0]\n"
            "- 실서비스 채널의 인증, 지정된 채널 [/rules/1] {\"channel\":{\"keys\":[\"one\"]}}\n"
            "+ 실서비스 채널의 인증, 지정된 채널 [/rules/1] {\"channel\":{\"keys\":[\"two\"]}}\n"
            "사례 1건 중 1건의 결과가 달라집니다:\n"
            "  19 this year: 허용 -> 거절\n"
            "    age (too_young) 만 19세 이상만 이용하실 수 있습니다.\n"
            "    channel (other_channel) 이 경로의 본인인증은 사용할 수 없습니다.\n");
  EXPECT_EQ(policy_diff(before, after, "").error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(policy_diff(before, after, R"({"cases":[]})").error().parameter, "/cases");
  EXPECT_EQ(policy_diff_file(before, after, "/nowhere.json").error().parameter, "path");
}

TEST(PolicyDocuments, WarnOfProvidersThatAreWrittenWrongly) {
  const auto policy = Policy::parse(R"({"name":"x","accept_page_chosen_di":["kcp_v2","KCP_V1"],"rules":[
    {"any_of":[{"provider":{"not_in":["danal","INICIS"]}},{"channel":{"providers":["TOSS_CERT"]}}]}]})");
  ASSERT_TRUE(policy.ok()) << policy.error().what();
  const std::string known = ", only `DANAL`, `KCP_V2`, `INICIS_UNIFIED`, `INICIS`";
  EXPECT_EQ(
      policy->warnings(),
      (std::vector<std::string>{
          "`/accept_page_chosen_di/1`: bonin knows no provider `KCP_V1`" + known + "; did you mean `KCP_V2`?",
          "`/rules/0/any_of/0/provider/not_in/0`: bonin knows no provider `danal`" + known + "; did you mean `DANAL`?",
          "`/rules/0/any_of/1/channel/providers/0`: bonin knows no provider `TOSS_CERT`" + known}));
}

TEST(PolicyDocuments, SayThePeriodAndTheirTexts) {
  const Policy policy =
      Policy::parse(R"({"name":"x","rules":[{"rejoin_period_over":"30d","text":{"ko":"한 달 뒤에 다시 오세요."}},
    {"rejoin_period_over":true}]})")
          .value();
  EXPECT_EQ(policy.rejoin_after(), std::chrono::hours(30 * 24));
  const std::string korean = policy.explain(Language::korean), english = policy.explain(Language::english);
  EXPECT_NE(korean.find("- 재가입 제한 기간(30일) 종료 [/rules/0]\n    \"한 달 뒤에 다시 오세요.\"\n"),
            std::string::npos)
      << korean;
  EXPECT_NE(english.find("- the waiting period of 30 days before signing up again is over [/rules/0]\n- "),
            std::string::npos)
      << english;
  EXPECT_EQ(policy.tree(Language::korean).at(3).text, "한 달 뒤에 다시 오세요.");
  EXPECT_EQ(policy.tree(Language::english).at(3).text, "");
  EXPECT_EQ(Policy::preset("kr.work").value().rejoin_after(), std::nullopt);
}

TEST(PolicyDocuments, ListThePresets) {
  const auto presets = Policy::presets();
  ASSERT_EQ(presets.size(), Policy::preset_names().size());
  for (const auto& preset : presets) {
    const auto policy =
        Policy::preset(preset.name, preset.election_day ? parse_date("2026-06-03") : std::optional<Date>());
    ASSERT_TRUE(policy.ok()) << preset.name;
    EXPECT_EQ(policy->law(), preset.law);
    if (!preset.election_day) {
      EXPECT_EQ(policy->tree(Language::korean).back().phrase, preset.ko);
      EXPECT_EQ(policy->tree(Language::english).back().phrase, preset.en);
    }
  }
  EXPECT_EQ(presets.back().ko, "만 18세 이상 (선거일 기준)");
}

}  // namespace
