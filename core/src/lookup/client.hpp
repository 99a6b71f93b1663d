#pragma once
// What both clients are made of.

#include "bonin/portone.hpp"
#include "lookup/options.hpp"
#include "token/flow_ids.hpp"

namespace bonin {

struct PortOneClient::Impl {
  Sessions sessions;
  FlowIds flow_ids;
};

}  // namespace bonin
