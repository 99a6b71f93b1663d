#pragma once
// The document that is judged by: the baseline, what a document extends, its own rules.

#include <nlohmann/json.hpp>

#include "policy/place.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {

/// Compiles a document and what it extends, and writes them out. Null when a place of it was refused.
Json whole_document(Program& program, const Place& document);

}  // namespace bonin::policy_detail
