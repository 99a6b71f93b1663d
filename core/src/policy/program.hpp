#pragma once
// A policy as a small flat program: one step a rule, in the order of the document.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/expect.hpp"
#include "policy/reason.hpp"

namespace bonin::policy_detail {

/// Each rule has one, and its class in rules/. The number is the rule's place in `Rules` (rules/all.hpp).
enum class Kind : std::uint8_t {
  verified,
  fresh,
  channel,
  age,
  has,
  attested,
  gender,
  carrier,
  mvno,
  provider,
  foreigner,
  expect,
  begun,
  guardian,
  account,
  single_use,
  not_banned,
  rejoin,
  all_of,
  any_of,
  negation,
  group,
};

enum class Wanted : std::uint8_t { new_account, same_account, any_account };
inline constexpr std::array<std::string_view, 3> wanted_words{"new", "same", "any"};

/// Lists of texts a channel or provider rule compares with. Empty: not asked for.
struct Lists {
  std::vector<std::string> keys;
  std::vector<std::string> providers;
  std::vector<std::string> merchants;
};

struct Step {
  static constexpr std::int16_t no_age = 151;

  Kind kind = Kind::verified;
  Kind inner = Kind::verified;    // of a group: has, attested or expect
  std::uint8_t which = 0;         // AttributeName, ExpectField or Wanted
  std::uint8_t mask = 0;          // values of gender or carrier that pass
  bool flag = false;              // foreigner, mvno: the value wanted; a list: its entries must not occur
  bool test_too = false;          // channel
  bool unmarked_too = true;       // channel
  bool by_year = false;           // age
  bool lenient = false;           // the attribute may be self-declared
  bool counted_on_a_day = false;  // age: on `day` instead of the day of the decision
  bool end_of_day = false;        // age: as it is when `day` ends
  std::int16_t at_least = 0;
  std::int16_t below = no_age;
  std::int16_t lists = -1;   // index into Program::lists
  std::uint16_t end = 0;     // index of the step after this one and its parts
  std::int32_t day_key = 0;  // age: date_key (age.hpp) of the day that counts: `day`, or the one after when it must end
  Date day{};
  std::int64_t within_ms = 0;  // fresh; rejoin: the length of the period, 0 when the document does not say it

  AttributeName attribute() const noexcept { return static_cast<AttributeName>(which); }
  ExpectField field() const noexcept { return static_cast<ExpectField>(which); }
  Wanted wanted() const noexcept { return static_cast<Wanted>(which); }
};

/// Where a rule comes from, when it does not stand in the document.
struct Base {
  std::string name;
  std::string law;             // empty when it is of no preset
  std::uint16_t accepted = 0;  // attributes that its rules accept when self-declared, as bits
  std::string pointer;         // where it stands
};

/// The document's own words for the person, where a rule does not pass.
struct OwnText {
  std::size_t step;
  std::string ko, en;  // empty: bonin's sentence

  const std::string& in(bool korean) const noexcept { return korean ? ko : en; }
};

class Program {
 public:
  std::string name;
  std::string description;
  std::string hash;
  std::string law;
  std::string document;
  std::vector<Step> steps;            // rules, then optional: each field that no rule expects, and `begun`
  std::size_t expectations = 0;       // index of the first of those
  std::vector<std::string> pointers;  // of each step
  std::vector<std::string> sources;   // each rule of the top level, as JSON
  std::vector<Base> bases;
  std::vector<std::int8_t> origins;  // of each step before the expectations: which base, -1 none
  std::vector<Lists> lists;
  std::vector<OwnText> texts;
  std::vector<std::string> warnings;
  std::uint16_t accepted = 0;               // attributes accepted when self-declared, as bits
  std::vector<std::string> page_chosen_di;  // providers whose DI is accepted alone though the page chooses its salt
  bool needs_standing = false;
  std::uint64_t account_bits = 0;  // bit i: rule i of the document asks the registry, itself or in a part

  bool accepts_page_chosen_di(std::string_view provider) const noexcept {
    return std::find(page_chosen_di.begin(), page_chosen_di.end(), provider) != page_chosen_di.end();
  }
  /// Null: the rule is the document's own, or the baseline's.
  const Base* base_of(std::size_t step) const noexcept {
    return origins[step] < 0 ? nullptr : &bases[static_cast<std::size_t>(origins[step])];
  }
  /// Null: the rule has no text of its own.
  const OwnText* text_of(std::size_t step) const noexcept {
    const auto found =
        std::find_if(texts.begin(), texts.end(), [step](const OwnText& one) { return one.step == step; });
    return found == texts.end() ? nullptr : &*found;
  }
  const Lists& lists_of(const Step& step) const noexcept { return lists[static_cast<std::size_t>(step.lists)]; }
};

}  // namespace bonin::policy_detail
