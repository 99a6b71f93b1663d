#include <algorithm>
#include <array>

#include "policy/age.hpp"
#include "policy/compile.hpp"
#include "policy/document.hpp"
#include "policy/shape.hpp"

namespace bonin::policy_detail {
namespace {

/// Places in the program: the reasons of a decision have room for this many.
constexpr std::size_t max_steps = 64;

Step& add(Program& program, Kind kind, const std::string& pointer) {
  // Room is kept for the expectations that every program ends with.
  if (program.steps.size() + field_names.size() + 1 >= max_steps) {
    refuse(pointer,
           "fewer rules were expected: at most 64 in all, with the parts of combined ones, 3 of the baseline "
           "and 6 kept for expectations");
  }
  Step step;
  step.kind = kind;
  step.end = static_cast<std::uint16_t>(program.steps.size() + 1);
  program.steps.push_back(step);
  program.pointers.push_back(pointer);
  return program.steps.back();
}

bool accepted(const Program& program, Attr attr) { return (program.accepted >> static_cast<unsigned>(attr) & 1) != 0; }

std::size_t attribute(const Json& value, const std::string& at) {
  return want_word(value, at, {"name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di"});
}

void fresh(Program& program, const Json& body, const std::string& pointer, const std::string& at) {
  want_object(body, at, {"within"});
  if (!body.contains("within")) refuse(at, "the key `within` was expected");
  add(program, Kind::fresh, pointer).within_ms = want_duration(body["within"], at + "/within");
}

void channel(Program& program, const Json& body, const std::string& pointer, const std::string& at) {
  want_object(body, at, {"type", "unmarked", "keys", "providers", "pg_merchant_ids"});
  if (body.empty()) refuse(at, "at least one key was expected");
  Step& step = add(program, Kind::channel, pointer);
  if (body.contains("type")) step.test_too = want_word(body["type"], at + "/type", {"live", "live_or_test"}) == 1;
  if (body.contains("unmarked")) step.unmarked_too = want_bool(body["unmarked"], at + "/unmarked");
  Lists lists;
  if (body.contains("keys")) lists.keys = want_texts(body["keys"], at + "/keys");
  if (body.contains("providers")) lists.providers = want_texts(body["providers"], at + "/providers");
  if (body.contains("pg_merchant_ids")) lists.merchants = want_texts(body["pg_merchant_ids"], at + "/pg_merchant_ids");
  if (lists.keys.empty() && lists.providers.empty() && lists.merchants.empty()) return;
  step.lists = static_cast<std::int16_t>(program.lists.size());
  program.lists.push_back(std::move(lists));
}

void age(Program& program, const Json& body, const std::string& pointer, const std::string& at) {
  want_object(body, at, {"at_least", "below", "between", "by", "on", "by_end_of"});
  const bool between = body.contains("between");
  if (!between && !body.contains("at_least") && !body.contains("below")) {
    refuse(at, "one of the keys `at_least`, `below`, `between` was expected");
  }
  if (between && (body.contains("at_least") || body.contains("below"))) {
    refuse(at + "/between", "`between` was expected to stand without `at_least` and `below`");
  }
  if (!body.contains("by")) refuse(at, "the key `by` was expected: `full` or `year`");
  Step& step = add(program, Kind::age, pointer);
  step.by_year = want_word(body["by"], at + "/by", {"full", "year"}) == 1;
  step.lenient = accepted(program, Attr::birth_date);
  if (between) {
    const Json& range = body["between"];
    const std::string where = at + "/between";
    if (!range.is_array() || range.size() != 2) refuse(where, "two ages were expected, both included");
    step.at_least = static_cast<std::int16_t>(want_age(range[0], where + "/0"));
    step.below = static_cast<std::int16_t>(want_age(range[1], where + "/1") + 1);
    if (step.at_least >= step.below) refuse(where, "the lower age was expected first");
  }
  if (body.contains("at_least"))
    step.at_least = static_cast<std::int16_t>(want_age(body["at_least"], at + "/at_least"));
  if (body.contains("below")) {
    step.below = static_cast<std::int16_t>(want_age(body["below"], at + "/below"));
    if (step.below == 0) refuse(at + "/below", "a whole number from 1 to 150 was expected");
  }
  if (body.contains("on") && body.contains("by_end_of"))
    refuse(at + "/by_end_of", "either `on` or `by_end_of` was expected");
  for (const char* key : {"on", "by_end_of"}) {
    if (!body.contains(key)) continue;
    step.counted_on_a_day = true;
    step.end_of_day = std::string_view(key) == "by_end_of";
    step.day = want_date(body[key], pointer_to(at, key));
    step.day_key = date_key(Date{std::chrono::sys_days{step.day} + std::chrono::days{step.end_of_day ? 1 : 0}});
  }
}

/// `has`, `attested`, `expect`: one name or several.
template <class Read>
void each(Program& program, Kind kind, const Json& body, const std::string& pointer, const std::string& at,
          const Read& read) {
  if (body.is_string()) return read(add(program, kind, pointer), body, at);
  if (!body.is_array() || body.empty() || body.size() > attr_names.size()) {
    refuse(at, "a name or an array of 1 to 9 names was expected");
  }
  if (body.size() == 1) return read(add(program, kind, pointer), body[0], at + "/0");
  const std::size_t first = program.steps.size();
  add(program, Kind::group, pointer).inner = kind;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const std::string place = pointer_to(at, std::to_string(i));
    if (std::count(body.begin(), body.end(), body[i]) > 1) refuse(place, "each name may stand only once");
    read(add(program, kind, place), body[i], place);
  }
  program.steps[first].end = static_cast<std::uint16_t>(program.steps.size());
}

/// `{"in": [...]}` or `{"not_in": [...]}`: the list, and whether it excludes.
std::pair<const Json*, bool> membership(const Json& body, std::string& at) {
  want_object(body, at, {"in", "not_in"});
  if (body.size() != 1) refuse(at, "one of the keys `in`, `not_in` was expected");
  const std::string key = body.begin().key();
  at = pointer_to(at, key);
  return {&body.begin().value(), key == "not_in"};
}

void enumeration(Program& program, Kind kind, Attr attr, const Json& body, const std::string& pointer, std::string at,
                 std::initializer_list<std::string_view> words) {
  const auto [list, excluded] = membership(body, at);
  if (!list->is_array() || list->empty() || list->size() > words.size()) {
    refuse(at, "an array of 1 to " + std::to_string(words.size()) + " values was expected");
  }
  unsigned mask = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = pointer_to(at, std::to_string(i));
    const unsigned bit = 1U << want_word((*list)[i], place, words);
    if ((mask & bit) != 0) refuse(place, "each value may stand only once");
    mask |= bit;
  }
  Step& step = add(program, kind, pointer);
  step.flag = excluded;
  step.mask = static_cast<std::uint8_t>(excluded ? ~mask : mask);
  step.lenient = accepted(program, attr);
}

void provider(Program& program, const Json& body, const std::string& pointer, std::string at) {
  const auto [list, excluded] = membership(body, at);
  Step& step = add(program, Kind::provider, pointer);
  step.flag = excluded;
  step.lists = static_cast<std::int16_t>(program.lists.size());
  program.lists.push_back({{}, want_texts(*list, at), {}});
}

void combined(Program& program, Kind kind, const Json& body, const std::string& pointer, const std::string& at) {
  const std::size_t first = program.steps.size();
  add(program, kind, pointer);
  if (kind == Kind::negation) {
    compile_rule(program, body, at);
  } else {
    if (!body.is_array() || body.empty()) refuse(at, "an array of at least one rule was expected");
    for (std::size_t i = 0; i < body.size(); ++i) compile_rule(program, body[i], pointer_to(at, std::to_string(i)));
  }
  program.steps[first].end = static_cast<std::uint16_t>(program.steps.size());
}

}  // namespace

void compile_rule(Program& program, const Json& rule, const std::string& pointer) {
  want_object(
      rule, pointer,
      {"verified", "fresh", "channel", "age", "has", "attested", "gender", "carrier", "mvno", "provider", "foreigner",
       "expect", "account", "single_use", "not_banned", "rejoin_period_over", "all_of", "any_of", "not"});
  if (rule.size() != 1) refuse(pointer, "an object with exactly one key, the rule, was expected");
  const std::string& key = rule.begin().key();
  const Json& body = rule.begin().value();
  const std::string at = pointer_to(pointer, key);
  const auto flag = [&](Kind kind, Attr attr) {
    const bool wanted = want_bool(body, at);
    Step& step = add(program, kind, pointer);
    step.flag = wanted;
    step.lenient = accepted(program, attr);
  };
  const auto plain = [&](Kind kind) {
    want_true(body, at);
    add(program, kind, pointer);
  };

  if (key == "verified") return plain(Kind::verified);
  if (key == "fresh") return fresh(program, body, pointer, at);
  if (key == "channel") return channel(program, body, pointer, at);
  if (key == "age") return age(program, body, pointer, at);
  if (key == "gender") {
    return enumeration(program, Kind::gender, Attr::gender, body, pointer, at, {"male", "female", "other"});
  }
  if (key == "carrier") {
    return enumeration(program, Kind::carrier, Attr::carrier, body, pointer, at, {"SKT", "KT", "LGU"});
  }
  if (key == "provider") return provider(program, body, pointer, at);
  if (key == "mvno") return flag(Kind::mvno, Attr::mvno);
  if (key == "foreigner") return flag(Kind::foreigner, Attr::foreigner);
  if (key == "has" || key == "attested") {
    return each(program, key == "has" ? Kind::has : Kind::attested, body, pointer, at,
                [&](Step& step, const Json& value, const std::string& place) {
                  step.which = static_cast<std::uint8_t>(attribute(value, place));
                  step.lenient = accepted(program, static_cast<Attr>(step.which));
                });
  }
  if (key == "expect") {
    return each(program, Kind::expect, body, pointer, at, [&](Step& step, const Json& value, const std::string& place) {
      constexpr std::array attrs{Attr::name, Attr::phone, Attr::birth_date};
      step.which = static_cast<std::uint8_t>(
          want_word(value, place, {"merchant_uid", "custom_data", "name", "phone", "birth_date"}));
      step.lenient = step.which >= 2 && accepted(program, attrs[step.which - 2U]);
    });
  }
  if (key == "account") {
    const auto wanted = want_word(body, at, {"new", "same", "any"});
    add(program, Kind::account, pointer).which = static_cast<std::uint8_t>(wanted);
    return;
  }
  if (key == "single_use") return plain(Kind::single_use);
  if (key == "not_banned") return plain(Kind::not_banned);
  if (key == "rejoin_period_over") return plain(Kind::rejoin);
  combined(program,
           key == "all_of"   ? Kind::all_of
           : key == "any_of" ? Kind::any_of
                             : Kind::negation,
           body, pointer, at);
}

}  // namespace bonin::policy_detail
