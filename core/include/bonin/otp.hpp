#pragma once
// An identity verification without a browser's script: the application asks for the person's data, and the carrier
// sends them a code.

#include <string>

#include "bonin/date.hpp"
#include "bonin/verification.hpp"

namespace bonin {

/// Who is to get a code, as they typed it, and how. The same for both APIs.
struct OtpPerson {
  std::string channel_key;
  std::string name;
  std::string phone;            // digits, with or without `-`
  std::string identity_number;  // the first seven digits of the resident registration number
  std::string carrier;          // SKT, KT, LGU, SKT_MVNO, KT_MVNO, LGU_MVNO
  std::string ip_address;       // the person's: providers stop an address after some tries
  std::string method;           // SMS (empty), APP (KCP_V2 alone)
  std::string company;          // optional, V1: what the message names as the service
  std::string customer_id;      // optional, V2
  std::string custom_data;      // optional, V2
  std::string bypass;           // optional: JSON text of the provider's own parameters; KCP_V2 needs kcpV2.media_type
};

/// A code that was sent.
struct OtpSent {
  Api api = Api::v2;
  std::string id;       // what `confirm_otp` takes: signed for the subject, no secret from them
  Moment expires_at{};  // of the flow; the provider's code lives for some minutes
};

/// How often within an hour, counted in this process.
struct OtpLimits {
  int sends_per_subject = 5;
  int sends_per_phone = 5;
  int sends_per_address = 25;  // DANAL stops an address after 30
  int codes_per_id = 5;        // tries of a code
};

}  // namespace bonin
