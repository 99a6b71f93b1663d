#pragma once
// An identity verification that is to happen in a browser.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bonin/date.hpp"
#include "bonin/verification.hpp"

namespace bonin {

/// What the browser's script is told besides the id. Empty: left out.
struct FlowOptions {
  std::string channel_key;   // of PortOne's console
  std::string redirect_url;  // where a phone's browser comes back to
};

/// A flow that was begun. Nothing of it is stored, and nothing of it is secret from its browser.
struct Flow {
  Api api = Api::v2;
  std::string id;       // V1 merchant_uid, V2 identity verification id: 32 lower-case hex characters
  Moment expires_at{};  // whoever finishes later begins again
  std::vector<std::pair<std::string, std::string>> request;  // what PortOne's script takes, by its own names
};

/// Where the flow of a verification began.
enum class Begun : std::uint8_t {
  here,     // with this credential, for this subject
  foreign,  // anywhere else
  expired,  // here, but over an hour ago; or in the future
};

}  // namespace bonin
