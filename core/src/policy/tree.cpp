#include "bonin/policy.hpp"
#include "policy/rules/all.hpp"

namespace bonin {
namespace policy_detail {
namespace {

PolicyNode node_at(const RuleAt& rule, bool korean) {
  const Program& program = rule.program;
  PolicyNode node;
  node.code = code_of(rule.step());
  node.pointer = program.pointers[rule.index];
  node.phrase = phrase(rule, korean);
  if (const Base* base = program.base_of(rule.index); base != nullptr) {
    node.base = base->name;
    node.law = base->law;
  }
  if (const OwnText* text = program.text_of(rule.index); text != nullptr) node.text = text->in(korean);
  for (std::size_t i = rule.index + 1; i < rule.step().end; i = program.steps[i].end) {
    node.parts.push_back(node_at({program, i}, korean));
  }
  return node;
}

}  // namespace
}  // namespace policy_detail

std::vector<PolicyNode> Policy::tree(Language language) const {
  std::vector<PolicyNode> nodes;
  const policy_detail::Program& program = *program_;
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
    nodes.push_back(policy_detail::node_at({program, i}, language == Language::korean));
  }
  return nodes;
}

}  // namespace bonin
