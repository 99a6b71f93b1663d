#include "policy/expectations.hpp"

#include <string>
#include <string_view>

#include "bonin/expect.hpp"
#include "policy/compiler.hpp"
#include "policy/rules/all.hpp"

namespace bonin::policy_detail {
namespace {

/// Does a rule ensure that this field is as expected, as strictly as one that is `lenient` or not? One inside any_of or
/// not does not.
bool expects(const Program& program, ExpectField field, bool lenient) {
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
    const Step& step = program.steps[i];
    const bool group = step.kind == Kind::group;
    for (std::size_t j = group ? i + 1 : i; j < step.end && (group || step.kind == Kind::expect); ++j) {
      const Step& part = program.steps[j];
      if (part.kind == Kind::expect && part.field() == field && (lenient || !part.lenient)) return true;
    }
  }
  return false;
}

}  // namespace

void add_expectations(Program& program) {
  Compiler compiler(program);
  compiler.accepted = program.accepted;
  // Each document that is extended asks as it does alone; a preset asks with its document's acceptance.
  for (const Base& base : program.bases) {
    if (base.law.empty()) compiler.accepted = static_cast<std::uint16_t>(compiler.accepted & base.accepted);
  }
  program.expectations = program.steps.size();
  const auto add = [&](Kind kind, std::string_view name) -> Step& {
    Step step;
    step.kind = kind;
    step.end = static_cast<std::uint16_t>(program.steps.size() + 1);
    program.pointers.push_back("/expect/" + std::string(name));
    return program.steps.emplace_back(step);
  };
  for (const ExpectFieldInfo& info : expect_fields) {
    const bool lenient = ExpectRule::lenient(compiler, info.field);
    if (expects(program, info.field, lenient)) continue;
    Step& step = add(Kind::expect, info.name);
    step.which = static_cast<std::uint8_t>(info.field);
    step.lenient = lenient;
  }
  add(Kind::begun, BegunRule::code);
}

}  // namespace bonin::policy_detail
