#pragma once
// The nine attributes of a person: the one table of their names, and the way from a name to the field.

#include <array>
#include <cstdint>
#include <string_view>

#include "bonin/verification.hpp"

namespace bonin {

/// In the order of the fields of Person. The number is the place in `attributes` and the bit in `Columns::present`.
enum class AttributeName : std::uint8_t { name, birth_date, gender, foreigner, phone, carrier, mvno, ci, di };

struct AttributeInfo {
  AttributeName attribute;
  std::string_view name;  // in policies, JSON, C++ and Python; camelCase in JavaScript
  std::string_view ko;    // for an end user
  std::string_view en;
};

inline constexpr std::array<AttributeInfo, 9> attributes{{
    {AttributeName::name, "name", "이름", "the name"},
    {AttributeName::birth_date, "birth_date", "생년월일", "the date of birth"},
    {AttributeName::gender, "gender", "성별", "the gender"},
    {AttributeName::foreigner, "foreigner", "내·외국인 구분", "the nationality"},
    {AttributeName::phone, "phone", "휴대전화 번호", "the phone number"},
    {AttributeName::carrier, "carrier", "통신사", "the mobile carrier"},
    {AttributeName::mvno, "mvno", "알뜰폰 여부", "whether it is a budget (MVNO) line"},
    {AttributeName::ci, "ci", "연계정보(CI)", "the connecting information (CI)"},
    {AttributeName::di, "di", "중복가입확인정보(DI)", "the duplication information (DI)"},
}};

constexpr const AttributeInfo& info(AttributeName attribute) noexcept {
  return attributes[static_cast<std::size_t>(attribute)];
}

constexpr std::uint16_t bit(AttributeName attribute) noexcept {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(attribute));
}

/// What `visit` makes of the Attribute of this name. `person` is a Person, const or not.
template <class AnyPerson, class Visit>
[[gnu::always_inline]] inline decltype(auto) with_attribute(AnyPerson& person, AttributeName attribute, Visit&& visit) {
  switch (attribute) {
    case AttributeName::name:
      return visit(person.name);
    case AttributeName::birth_date:
      return visit(person.birth_date);
    case AttributeName::gender:
      return visit(person.gender);
    case AttributeName::foreigner:
      return visit(person.foreigner);
    case AttributeName::phone:
      return visit(person.phone);
    case AttributeName::carrier:
      return visit(person.carrier);
    case AttributeName::mvno:
      return visit(person.mvno);
    case AttributeName::ci:
      return visit(person.ci);
    default:
      return visit(person.di);
  }
}

}  // namespace bonin
