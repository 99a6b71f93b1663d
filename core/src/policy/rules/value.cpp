#include "policy/rules/value.hpp"

#include "bonin/words.hpp"
#include "policy/rules/membership.hpp"

namespace bonin::policy_detail {
namespace {

static_assert(GenderRule::values == bonin::words<Gender> && CarrierRule::values == bonin::words<Carrier>);

constexpr std::array<Bilingual, 3> genders{{{"남성", "male"}, {"여성", "female"}, {"기타", "other"}}};
constexpr std::array<Bilingual, 3> carriers{{{"SKT", "SKT"}, {"KT", "KT"}, {"LGU+", "LGU+"}}};

/// The values that the document lists.
std::string values_of(const Step& step, const std::array<Bilingual, 3>& values, bool korean) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (((step.mask >> i & 1) != 0) != step.flag) parts.emplace_back(values[i].in(korean));
  }
  return joined(parts, ", ");
}

}  // namespace

std::pair<Place, bool> membership(const Place& body) {
  if (body.object({"in", "not_in"}) && body.size() != 1) body.refuse("one of the keys `in`, `not_in` was expected");
  const bool excluded = body.has("not_in");
  return {body.at(excluded ? "not_in" : "in"), excluded};
}

std::string membership_phrase(const Bilingual& subject, const Step& step, const std::string& list, bool korean) {
  if (korean) return std::string(subject.ko) + ": " + list + (step.flag ? " 제외" : "");
  return std::string(subject.en) + (step.flag ? " is not " : " is ") + list;
}

void ListedValue::compile_list(Compiler& compiler, const Place& rule, const Place& body, Kind kind,
                               AttributeName attribute, std::span<const std::string_view> values) {
  const auto [list, excluded] = membership(body);
  const std::string expected = "an array of 1 to " + std::to_string(values.size()) + " values";
  const unsigned mask = list.words(values, expected.c_str(), "each value may stand only once");
  Step& step = compiler.add(kind, rule);
  step.flag = excluded;
  step.mask = static_cast<std::uint8_t>(excluded ? ~mask : mask);
  step.lenient = compiler.accepts(attribute);
}

std::string GenderRule::phrase(const RuleAt& rule, bool korean) {
  return membership_phrase({"성별", "the gender"}, rule.step(), values_of(rule.step(), genders, korean), korean);
}

std::string GenderRule::denial(const RuleAt& rule, bool korean) {
  const std::string values = values_of(rule.step(), genders, korean);
  if (!korean)
    return (rule.step().flag ? "This is not open to " : "This is open to ") + values +
           (rule.step().flag ? " users." : " users only.");
  return values + (rule.step().flag ? "은 이용하실 수 없습니다." : "만 이용하실 수 있습니다.");
}

std::string CarrierRule::phrase(const RuleAt& rule, bool korean) {
  return membership_phrase({"통신사", "the mobile carrier"}, rule.step(), values_of(rule.step(), carriers, korean),
                           korean);
}

std::string CarrierRule::denial(const RuleAt& rule, bool korean) {
  const std::string values = values_of(rule.step(), carriers, korean);
  if (!korean) return "Lines of " + values + (rule.step().flag ? " cannot be used." : " alone can be used.");
  return values + (rule.step().flag ? " 회선은 이용하실 수 없습니다." : " 회선만 이용하실 수 있습니다.");
}

void FlagValue::compile_flag(Compiler& compiler, const Place& rule, const Place& body, Kind kind,
                             AttributeName attribute) {
  const bool wanted = body.boolean();
  Step& step = compiler.add(kind, rule);
  step.flag = wanted;
  step.lenient = compiler.accepts(attribute);
}

std::string MvnoRule::phrase(const RuleAt& rule, bool korean) {
  if (korean) return rule.step().flag ? "알뜰폰" : "알뜰폰이 아님";
  return rule.step().flag ? "a budget (MVNO) line" : "no budget (MVNO) line";
}

std::string MvnoRule::denial(const RuleAt& rule, bool korean) {
  if (!korean) {
    return rule.step().flag ? "Only budget (MVNO) lines can be used." : "Budget (MVNO) lines cannot be used.";
  }
  return rule.step().flag ? "알뜰폰만 이용하실 수 있습니다." : "알뜰폰은 이용하실 수 없습니다.";
}

std::string ForeignerRule::phrase(const RuleAt& rule, bool korean) {
  if (korean) return rule.step().flag ? "외국인" : "내국인";
  return rule.step().flag ? "a foreign national" : "a Korean national";
}

std::string ForeignerRule::denial(const RuleAt& rule, bool korean) {
  if (!korean) {
    return rule.step().flag ? "This is open to foreign nationals only." : "This is open to Korean nationals only.";
  }
  return rule.step().flag ? "외국인만 이용하실 수 있습니다." : "내국인만 이용하실 수 있습니다.";
}

}  // namespace bonin::policy_detail
