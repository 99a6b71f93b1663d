#pragma once
// What PortOne says about an id, in one shape for V1 and V2.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bonin/date.hpp"

namespace bonin {

enum class Api : std::uint8_t { v1, v2 };
enum class Status : std::uint8_t { unknown, ready, verified, failed };

/// `unmarked`: V1 answers carry no mark. `missing`: a V2 answer without a channel. `unknown`: a mark that is neither
/// LIVE nor TEST.
enum class ChannelType : std::uint8_t { missing, unknown, unmarked, live, test };

/// Who says so. Ordered by trust.
enum class Attestation : std::uint8_t {
  absent,                  // null, "" or not there
  unreadable,              // there, but not understood: an impossible date, an unknown gender
  self_declared_possible,  // the provider may have taken the user's word (Kakao, Naver through INICIS_UNIFIED)
  attested,                // the provider checked it
};

enum class Gender : std::uint8_t { male, female, other };
enum class Carrier : std::uint8_t { skt, kt, lgu };

std::string_view to_string(Api) noexcept;          // "v1", "v2"
std::string_view to_string(Status) noexcept;       // "unknown", "ready", "verified", "failed"
std::string_view to_string(ChannelType) noexcept;  // "missing", "unknown", "unmarked", "live", "test"
std::string_view to_string(Attestation) noexcept;  // "absent", "unreadable", "self_declared_possible", "attested"
std::string_view to_string(Gender) noexcept;       // "male", "female", "other"
std::string_view to_string(Carrier) noexcept;      // "SKT", "KT", "LGU"

/// One attribute of a person: a value and who says so. Not printable: `masked()` is what logs get, `reveal()` the way
/// out.
template <class T>
class Attribute {
 public:
  Attribute() = default;
  Attribute(T value, Attestation attestation) : value_(std::move(value)), attestation_(attestation) {}
  /// There, but not understood.
  static Attribute unreadable() {
    Attribute a;
    a.attestation_ = Attestation::unreadable;
    return a;
  }

  Attestation attestation() const noexcept { return attestation_; }
  /// There is a value: attested or self-declared.
  bool present() const noexcept { return attestation_ >= Attestation::self_declared_possible; }
  bool attested() const noexcept { return attestation_ == Attestation::attested; }
  /// The raw value, or null. Valid as long as this object.
  const T* reveal() const noexcept { return present() ? &value_ : nullptr; }
  /// "***" when present, else the attestation.
  std::string_view masked() const noexcept { return present() ? std::string_view("***") : to_string(attestation_); }

 private:
  T value_{};
  Attestation attestation_ = Attestation::absent;
};

/// The verified person. Every attribute is personal data.
struct Person {
  Attribute<std::string> name;
  Attribute<Date> birth_date;  // V1 `birthday`, V2 `birthDate`; never V1 `birth`
  Attribute<Gender> gender;
  Attribute<bool> foreigner;     // V1 `foreigner_v2`, V2 `isForeigner`; never V1 `foreigner`
  Attribute<std::string> phone;  // digits as PortOne gives them
  Attribute<Carrier> carrier;    // V1 LGT and V2 LGU are both `lgu`
  Attribute<bool> mvno;          // from the carrier's `_MVNO`
  Attribute<std::string> ci;     // 연계정보, V1 `unique_key`: one per person in Korea, 88 characters
  Attribute<std::string> di;  // 중복가입확인정보, V1 `unique_in_site`: one per person and merchant id, 64 characters
};

struct Channel {
  ChannelType type = ChannelType::missing;
  std::string id;
  std::string key;
  std::string name;
  std::string pg_merchant_id;
};

struct Failure {
  std::string reason;
  std::string pg_code;
  std::string pg_message;
};

/// One identity verification, a plain record.
/// Thread-safety: as any struct; a shared `VerificationPtr` is const.
struct Verification {
  std::string id;  // V1 imp_uid, V2 identity verification id: always the one that was asked for
  Api api = Api::v2;
  Status status = Status::unknown;
  std::string provider;  // upper case in both APIs: DANAL, KCP_V2, INICIS_UNIFIED, INICIS, ...; empty if unknown
  Channel channel;
  std::string merchant_uid;            // V1, else empty
  std::string custom_data;             // V2, else empty
  std::string customer_id;             // V2: the `customerId` that the page passed, else empty
  std::string origin;                  // V1: URL of the page, else empty
  std::string pg_tx_id;                // V1 `pg_tid`, V2 `pgTxId`
  std::optional<Moment> requested_at;  // V2
  std::optional<Moment> verified_at;   // V1 `certified_at`, V2 `verifiedAt`
  std::optional<Failure> failure;      // V2 FAILED
  Person person;
  std::string raw;  // the JSON text of the record as received: personal data, for those who ask
};

using VerificationPtr = std::shared_ptr<const Verification>;

/// What a log may show of a verification: id, status, provider, channel, times, and which attributes are there.
std::string describe(const Verification&);
std::string describe(const Person&);

}  // namespace bonin
