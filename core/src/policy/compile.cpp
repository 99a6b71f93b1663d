#include "policy/compile.hpp"

#include <iterator>
#include <utility>

#include "model/crypto.hpp"
#include "policy/expectations.hpp"
#include "policy/place.hpp"
#include "policy/rules/all.hpp"
#include "policy/warnings.hpp"
#include "policy/whole_document.hpp"

namespace bonin::policy_detail {
namespace {

std::uint64_t account_bits_of(const Program& program) {
  std::uint64_t bits = 0, bit = 1;
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end, bit <<= 1) {
    for (std::size_t part = i; part < program.steps[i].end; ++part) {
      if (rule_of(program.steps[part].kind).about_account) bits |= bit;
    }
  }
  return bits;
}

std::shared_ptr<const Program> understand(const Place& document) {
  auto program = std::make_shared<Program>();
  const Json written = whole_document(*program, document);
  if (document.refused()) return nullptr;
  add_expectations(*program);
  program->document = written.dump();
  program->hash = crypto::sha256_hex(program->document);
  program->account_bits = account_bits_of(*program);
  program->needs_standing = program->account_bits != 0;
  auto warnings = warnings_about(*program);
  std::move(warnings.begin(), warnings.end(), std::back_inserter(program->warnings));
  return program;
}

}  // namespace

Result<std::shared_ptr<const Program>> compile(const Json& document) {
  Refusal refusal{ErrorKind::invalid_policy, {}};
  auto program = understand(Place(document, refusal));
  if (refusal.error) return std::move(*refusal.error);
  return program;
}

}  // namespace bonin::policy_detail
