#pragma once
// The call of many verifications, with what it needs as arguments.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/verify_many.hpp"
#include "transport/transport.hpp"

namespace bonin {

/// One verification.
using Judge = std::function<Call(std::string_view id, Callback<Decision> done)>;

/// As verify_many(). `transport`: its thread begins them, and its timers keep the pace by `clock`.
Call judge_many(Judge judge, const std::shared_ptr<Transport>& transport, std::shared_ptr<const Clock> clock,
                std::vector<std::string> ids, const VerifyManyOptions& options, Callback<JudgedPtr> done,
                VerifyManyWatch watch = {});

}  // namespace bonin
