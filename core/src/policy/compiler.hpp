#pragma once
// Where the rules of a document become the steps of a program.

#include "policy/place.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {

/// The keys that a rule may have.
std::vector<std::string_view> rule_codes();

class Compiler {
 public:
  explicit Compiler(Program& program) : program(program) {}

  /// Compiles one rule of any kind, and its parts.
  void rule(const Place& place);

  /// Appends a step of this kind for the rule at `place`. Good until the next step is appended.
  Step& add(Kind kind, const Place& place);

  /// Appends a rule that is made of others: `parts` appends these.
  template <class Parts>
  Step& add_with_parts(Kind kind, const Place& place, const Parts& parts) {
    const std::size_t first = program.steps.size();
    add(kind, place);
    parts();
    if (place.refused()) return spare_;
    program.steps[first].end = static_cast<std::uint16_t>(program.steps.size());
    return program.steps[first];
  }

  /// May this attribute be self-declared?
  bool accepts(AttributeName attribute) const noexcept { return (accepted & bit(attribute)) != 0; }

  /// Warns when bonin does not know the provider that is named at the place.
  void warn_of_provider(const Place& place, std::string_view name) const;

  /// Keeps the lists for a step.
  void keep(Step& step, Lists lists) {
    step.lists = static_cast<std::int16_t>(program.lists.size());
    program.lists.push_back(std::move(lists));
  }

  Program& program;
  // Of the rules that are compiled now:
  std::int8_t base = -1;       // which of the program's bases they are of
  std::uint16_t accepted = 0;  // the attributes that may be self-declared, as bits

 private:
  Step spare_;  // what add() gives when the program is full: the document was refused
};

}  // namespace bonin::policy_detail
