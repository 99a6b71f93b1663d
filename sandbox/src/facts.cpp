// A persona's verification as a cases file writes one, for decisions that are made by hand.

#include <algorithm>

#include "bonin/words.hpp"
#include "sandbox/sandbox.hpp"
#include "verify.hpp"

namespace bonin::sandbox {

Result<std::string> persona_facts(std::string_view name) {
  static const auto personas = built_in_personas();
  const auto found =
      std::find_if(personas.begin(), personas.end(), [name](const Persona& p) { return p.name == name; });
  if (found == personas.end()) {
    std::vector<std::string_view> names;
    for (const Persona& persona : personas) names.push_back(persona.name);
    return bad_parameter("persona", unknown("persona", name, names));
  }
  const std::int64_t now = SandboxClock().now_ms();
  const auto merchant = merchant_of(found->provider, found->channel_type);
  Json facts{{"id", "made-by-hand"},
             {"api", "v2"},
             {"status", lower(std::string(state_text(found->state)))},
             {"provider", found->provider},
             {"channel",
              {{"type", found->channel_type ? lower(*found->channel_type) : "missing"}, {"pg_merchant_id", merchant}}},
             {"person", person_json(person_of(*found, now, merchant))}};
  if (found->state == State::verified) facts["verified_at"] = time_text(now);
  return write_json(facts);
}

}  // namespace bonin::sandbox
