#pragma once
// From a document to a program.

#include <memory>
#include <nlohmann/json.hpp>

#include "bonin/result.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {

/// Understands a whole document or refuses it.
Result<std::shared_ptr<const Program>> compile(const nlohmann::json& document);

/// Appends one rule (and its parts) to `program.steps`, with its pointer. Throws an Error: the way out of a recursion,
/// caught in compile().
void compile_rule(Program& program, const nlohmann::json& rule, const std::string& pointer);

}  // namespace bonin::policy_detail
