#pragma once
// What `has`, `attested` and `expect` share: one name, or an array of several.

#include <algorithm>

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// Appends a step for each name, `read(step, place)`; several become a group.
template <class Read>
void compile_each_name(Compiler& compiler, const Place& rule, const Place& body, Kind kind, const Read& read) {
  if (body.is_text()) return read(compiler.add(kind, rule), body);
  if (!body.array(1, attributes.size(), "a name or an array of 1 to 9 names")) return;
  if (body.size() == 1) return read(compiler.add(kind, rule), body.at(std::size_t{0}));
  const auto parts = [&] {
    for (std::size_t i = 0; i < body.size() && !body.refused(); ++i) {
      const Place name = body.at(i);
      if (std::count(body.json().begin(), body.json().end(), name.json()) > 1) {
        name.refuse("each name may stand only once");
      }
      read(compiler.add(kind, name), name);
    }
  };
  compiler.add_with_parts(Kind::group, rule, parts).inner = kind;
}

}  // namespace bonin::policy_detail
