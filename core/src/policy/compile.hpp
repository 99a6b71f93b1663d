#pragma once
// From a document to a program.

#include <memory>
#include <nlohmann/json.hpp>

#include "bonin/result.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {

/// Understands a whole document or refuses it.
Result<std::shared_ptr<const Program>> compile(const nlohmann::json& document);

}  // namespace bonin::policy_detail
