#pragma once
// What PortOne's scripts take, made of the options of a flow and checked: a mistake would otherwise be seen in
// somebody's browser.

#include <string>
#include <string_view>

#include "bonin/flow.hpp"
#include "bonin/result.hpp"
#include "token/flow_ids.hpp"

namespace bonin {

/// The flow with the JSON object for `IMP.certification()`. ErrorKind::invalid_argument names the option.
Result<Flow> with_v1_request(Flow flow, const FlowOptions& options);

/// The flow with the JSON object for `PortOne.requestIdentityVerification()`.
Result<Flow> with_v2_request(Flow flow, const std::string& store_id, const FlowOptions& options);

/// Who begins a flow with these options.
inline FlowIds::Issued who_begins(std::string_view subject, const FlowOptions& options) {
  return {{subject, options.guardian_of}, options.bind_channel ? std::string_view(options.channel_key) : ""};
}

}  // namespace bonin
