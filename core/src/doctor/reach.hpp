#pragma once
// What the machine reaches: PortOne, and the registry's store.

#include <memory>
#include <optional>
#include <vector>

#include "bonin/doctor.hpp"
#include "bonin/registry.hpp"
#include "doctor/line.hpp"

namespace bonin::doctor_detail {

/// Asks the server for its first page, without credentials. Tells `portone` and `clock`. Answers what ends the request.
std::function<void()> reach(const std::shared_ptr<const ConnectionOptions>& connection,
                            std::chrono::milliseconds timeout,
                            std::function<void(DoctorLine portone, DoctorLine clock)> tell);

/// The clients that the variables of the environment make. Reads it.
struct Credentials {
  struct One {
    std::string_view name;                  // of the line
    std::shared_ptr<const PortOne> client;  // null: `refused` says why
    std::optional<Error> refused{};
    std::string_view missing{};  // the variable that another one needs and that is not set
  };
  std::vector<One> clients;
  Api first = Api::v2;  // whose host is asked
};
Credentials credentials(const ConnectionOptions& connection);
DoctorLine no_credentials();
Call accepted(const Credentials::One& one, std::chrono::milliseconds timeout, Tell tell);

/// Looks at the store. Reads the environment before it returns. `kept`: what is not to be released on a thread of its
/// own, which would wait for itself.
Call store(const DoctorOptions& options, Registry& kept, Tell tell);

}  // namespace bonin::doctor_detail
