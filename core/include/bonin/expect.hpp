#pragma once
// What the application expects of the verification it started.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bonin/attributes.hpp"
#include "bonin/flow.hpp"
#include "bonin/result.hpp"

namespace bonin {

/// Anything set must be equal, compared in constant time (names trimmed and NFC-normalised; phone numbers by their
/// digits, where nothing but digits and separators stands). A field that is not set expects nothing; one set to ""
/// equals nothing, and so does one that is too long (see check_expect). A mismatch denies even when the policy does not
/// name the field.
struct Expect {
  /// Bytes: what a name may have, expected or given by PortOne, before it is looked at; and any other expected text.
  static constexpr std::size_t max_name = 200;
  static constexpr std::size_t max_text = 1000;

  std::optional<std::string> merchant_uid;
  std::optional<std::string> custom_data;
  std::optional<std::string> customer_id;
  std::optional<std::string> name;
  std::optional<std::string> phone;
  std::optional<Date> birth_date;
  std::optional<Begun> begun;  // Verifier's own judgement: anything but `here` denies
  VerificationPtr guardian;    // who consents, for the rule `guardian`; null: nobody
};

/// A field that an application fills in: all but `begun` and `guardian`. The number is the place in `expect_fields`.
enum class ExpectField : std::uint8_t { merchant_uid, custom_data, customer_id, name, phone, birth_date };

struct ExpectFieldInfo {
  ExpectField field;
  std::string_view name;
  std::string_view ko;  // for an end user
  std::string_view en;
  std::optional<std::string> Expect::*text;  // where it is stored; null for the date
  std::optional<Date> Expect::*date;
  std::size_t max_bytes;                   // of a text
  std::optional<AttributeName> attribute;  // what it is compared with; none: a text of the verification itself
};

inline constexpr std::array<ExpectFieldInfo, 6> expect_fields{{
    {ExpectField::merchant_uid, "merchant_uid", "주문번호", "the order number", &Expect::merchant_uid, nullptr,
     Expect::max_text, std::nullopt},
    {ExpectField::custom_data, "custom_data", "요청 정보", "the request data", &Expect::custom_data, nullptr,
     Expect::max_text, std::nullopt},
    {ExpectField::customer_id, "customer_id", "고객 번호", "the customer id", &Expect::customer_id, nullptr,
     Expect::max_text, std::nullopt},
    {ExpectField::name, "name", "이름", "the name", &Expect::name, nullptr, Expect::max_name, AttributeName::name},
    {ExpectField::phone, "phone", "휴대전화 번호", "the phone number", &Expect::phone, nullptr, Expect::max_text,
     AttributeName::phone},
    {ExpectField::birth_date, "birth_date", "생년월일", "the date of birth", nullptr, &Expect::birth_date, 0,
     AttributeName::birth_date},
}};

constexpr const ExpectFieldInfo& info(ExpectField field) noexcept {
  return expect_fields[static_cast<std::size_t>(field)];
}

/// Refuses a text that is too long with ErrorKind::invalid_argument, the field in `parameter`.
Result<Done> check_expect(const Expect& expect);

}  // namespace bonin
