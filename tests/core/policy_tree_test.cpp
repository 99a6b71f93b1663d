// A policy as nodes, as the cases that all three languages run have it.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "bonin/policy.hpp"

namespace {

using namespace bonin;
using nlohmann::json;

json as_json(const std::vector<PolicyNode>& nodes) {
  json out = json::array();
  for (const PolicyNode& node : nodes) {
    json one{{"code", node.code}, {"pointer", node.pointer}, {"phrase", node.phrase}, {"parts", as_json(node.parts)}};
    if (!node.text.empty()) one["text"] = node.text;
    if (!node.base.empty()) one["base"] = node.base;
    if (!node.law.empty()) one["law"] = node.law;
    out.push_back(std::move(one));
  }
  return out;
}

TEST(PolicyTree, IsAsWritten) {
  std::ifstream file(std::string(BONIN_VECTORS) + "/policy_tree.json");
  const json vectors = json::parse(file);
  ASSERT_FALSE(vectors["cases"].empty());
  for (const json& test : vectors["cases"]) {
    const auto policy = Policy::parse(test["document"].dump());
    ASSERT_TRUE(policy.ok()) << policy.error().what();
    EXPECT_EQ(as_json(policy->tree(Language::korean)), test["ko"]) << test["name"];
    EXPECT_EQ(as_json(policy->tree(Language::english)), test["en"]) << test["name"];
  }
}

// Bit i of a decision is node i, and the nodes say the words of `explain`.
TEST(PolicyTree, HasANodeForEachRule) {
  const Policy policy = Policy::preset("kr.work").value();
  const auto nodes = policy.tree(Language::english);
  const auto rules = policy.rules();
  ASSERT_EQ(nodes.size(), rules.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_EQ(nodes[i].code, rules[i].code);
    EXPECT_EQ(nodes[i].pointer, rules[i].pointer);
    EXPECT_NE(policy.explain(Language::english).find("- " + nodes[i].phrase + " [" + nodes[i].pointer + "]\n"),
              std::string::npos);
  }
}

}  // namespace
