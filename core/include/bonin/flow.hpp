#pragma once
// An identity verification that is to happen in a browser.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/date.hpp"
#include "bonin/verification.hpp"

namespace bonin {

/// What the browser's script is told besides the id, and how the flow is tied. Empty: left out. The names and values
/// are those of PortOne's two scripts (docs/providers.md says which provider takes what).
struct FlowOptions {
  std::string channel_key{};   // of PortOne's console; V2 needs it, V1 needs it or `pg`
  std::string redirect_url{};  // an absolute address, where a phone's browser comes back to

  // V2 alone. JSON texts hold an object with PortOne's own names.
  std::string customer{};     // JSON: customerId, fullName, phoneNumber, birthYear, ...
  std::string bypass{};       // JSON: danal, inicisUnified, kcpV2
  std::string window_type{};  // JSON: pc, mobile, each IFRAME, POPUP, REDIRECTION or UI
  std::optional<bool> force_redirect{};
  std::string custom_data{};  // at most 1,000 bytes; comes back in the verification
  std::string iframe{};       // JSON: dim

  // V1 alone. The next four are for DANAL.
  std::string pg{};  // deprecated by PortOne
  std::string name{};
  std::string phone{};
  std::string carrier{};         // SKT, KTF, LGT, MVNO
  std::optional<int> min_age{};  // by full age
  std::string company{};         // what the text message names as the service

  std::string popup{};  // V2, JSON: center. V1, JSON: true or false

  // Not for the script.
  std::string provider{};     // whose channel it is: what this provider needs is then asked for
  bool bind_channel = false;  // what is finished on another channel is denied
  std::string guardian_of{};  // the id of the child's verification: this flow is the guardian's consent to it
};

/// Whom a flow belongs to.
struct FlowOwner {
  FlowOwner(std::string_view who) : subject(who) {}
  FlowOwner(const std::string& who) : subject(who) {}
  FlowOwner(const char* who) : subject(who) {}
  FlowOwner(std::string_view who, std::string_view child) : subject(who), guardian_of(child) {}

  std::string_view subject;      // a session or user id of the application
  std::string_view guardian_of;  // the child's id, when it is a guardian's flow
  bool by_code = false;          // a code was sent for it: it is confirmed, and no script may finish it
};

/// A flow that was begun. Nothing of it is stored, and nothing of it is secret from its browser.
struct Flow {
  Api api = Api::v2;
  std::string id;                     // V1 merchant_uid, V2 identity verification id: 32 lower-case hex characters
  Moment expires_at{};                // whoever finishes later begins again
  std::string request;                // what PortOne's script takes: a JSON object
  std::optional<int> min_age;         // by full age: what the provider's own window asks for
  std::vector<std::string> warnings;  // what the request asks for and the policy does not, in English
};

/// Where the flow of a verification began.
enum class Begun : std::uint8_t {
  here,           // with this credential, for this subject
  foreign,        // anywhere else
  expired,        // here, but over an hour ago; or in the future
  other_channel,  // here, and it was finished on another channel than the one it is bound to
};

/// The closed sets of words that the options take, PortOne's own.
inline constexpr std::array<std::string_view, 4> window_types{"IFRAME", "POPUP", "REDIRECTION", "UI"};
inline constexpr std::array<std::string_view, 4> flow_carriers{"SKT", "KTF", "LGT", "MVNO"};
inline constexpr std::array<std::string_view, 3> customer_genders{"MALE", "FEMALE", "OTHER"};
inline constexpr std::array<std::string_view, 14> inicis_agencies{"PAYCO", "PASS",    "TOSS",      "KFTC", "KAKAO",
                                                                  "NAVER", "SAMSUNG", "SHINHAN",   "KB",   "HANA",
                                                                  "WOORI", "NH",      "KAKAOBANK", "SMS"};

}  // namespace bonin
