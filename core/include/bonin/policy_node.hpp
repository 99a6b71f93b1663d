#pragma once
// A rule of a policy in words, with its parts: what somebody draws.

#include <string>
#include <vector>

namespace bonin {

/// Thread-safety: a plain value.
struct PolicyNode {
  std::string code;     // as of `Finding`
  std::string pointer;  // as of `Finding`
  std::string phrase;   // what the rule asks for; of a combined rule with all its parts
  std::string
      text;  // the policy's own words for the person, in this language, where the rule does not pass; else empty
  std::string base;  // the name of the preset or the policy that brought the rule, else empty
  std::string law;   // the source of that preset in the law, else empty
  std::vector<PolicyNode> parts;
};

}  // namespace bonin
