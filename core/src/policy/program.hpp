#pragma once
// A policy as a small flat program: one step a rule, in the order of the document.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/date.hpp"
#include "policy/reason.hpp"

namespace bonin::policy_detail {

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
  begun,  // in no document: an expectation of the verifier's
  account,
  single_use,
  not_banned,
  rejoin,
  all_of,
  any_of,
  negation,
  group,  // all of several attributes of one has / attested / expect rule
};

/// In the order of AttributeBit (columns.hpp).
enum class Attr : std::uint8_t { name, birth_date, gender, foreigner, phone, carrier, mvno, ci, di };
inline constexpr std::array<std::string_view, 9> attr_names{"name",    "birth_date", "gender", "foreigner", "phone",
                                                            "carrier", "mvno",       "ci",     "di"};

enum class Field : std::uint8_t { merchant_uid, custom_data, name, phone, birth_date };
inline constexpr std::array<std::string_view, 5> field_names{"merchant_uid", "custom_data", "name", "phone",
                                                             "birth_date"};

enum class Wanted : std::uint8_t { fresh_account, same_account, any_account };  // "new", "same", "any"

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
  std::uint8_t which = 0;         // Attr, Field or Wanted
  std::uint8_t mask = 0;          // values of gender or carrier that pass
  bool flag = false;              // foreigner, mvno: the value wanted; provider: must not be listed
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
  std::int64_t within_ms = 0;
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
  std::vector<Lists> lists;
  std::vector<std::string> warnings;
  std::uint16_t accepted = 0;  // attributes accepted when self-declared, as bits
  bool needs_standing = false;
};

/// The stable code of a rule.
std::string_view code_of(const Step& step) noexcept;

/// What the rule asks for, as a short phrase; of a combined rule with all its parts.
std::string phrase(const Program& program, std::size_t step, bool korean);

/// Why a rule did not pass, for an end user.
std::string denial(const Program& program, std::size_t step, Reason reason, bool korean);

}  // namespace bonin::policy_detail
