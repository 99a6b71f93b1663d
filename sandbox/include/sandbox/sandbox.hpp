#pragma once
// A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults.
//
// Shares no code with token or lookup, so that a mistake there cannot cancel itself out here.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/result.hpp"
#include "bonin/words.hpp"

namespace bonin::sandbox {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;     // 0: any free one
  bool allow_remote = false;  // without it, a host that is not loopback is refused
  std::string imp_key = "sandbox-imp-key";
  std::string imp_secret = "sandbox-imp-secret";
  std::string api_secret = "sandbox-api-secret";
  std::string api_key = "sandbox-api-key";
  std::string store_id = "store-00000000-0000-4000-8000-000000000000";
};

/// The sandbox's own sets of words: personas, kinds of faults, operations.
std::vector<WordList> word_lists();

/// A running sandbox: one thread, stopped by the destructor. Thread-safe.
class Sandbox {
 public:
  static Result<std::unique_ptr<Sandbox>> start(Options options);
  ~Sandbox();

  /// "http://127.0.0.1:PORT"; V1 and V2 are both served there.
  const std::string& url() const noexcept;

  /// Does what `POST /sandbox/{operation}` does: JSON in, JSON out. Operations: info, personas, verify, add_person,
  /// otp, fault, clear_faults, advance, requests, clear_requests, reset. docs/sandbox.md describes each.
  Result<std::string> control(std::string_view operation, std::string_view json);

  /// Stops serving and waits for the thread. Idempotent.
  void stop();

 private:
  struct Impl;
  explicit Sandbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bonin::sandbox
