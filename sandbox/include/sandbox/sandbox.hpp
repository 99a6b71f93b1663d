#pragma once
// A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults.
//
// Shares no code with token or lookup, so that a mistake there cannot cancel itself out here.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/clock.hpp"
#include "bonin/result.hpp"
#include "bonin/words.hpp"

namespace bonin::sandbox {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;     // 0: any free one
  bool allow_remote = false;  // without it, a host that is not loopback is refused
  // What a caller who is not on loopback shows in the header `Sandbox-Token` to control it: 16 to 200 characters. Empty
  // and remote callers allowed: made up.
  std::string token{};
  // Where a browser reaches it, when that is another address than the one it listens on: `http://localhost:8180`.
  std::string public_url{};
  std::string imp_key = "sandbox-imp-key";
  std::string imp_secret = "sandbox-imp-secret";
  std::string api_secret = "sandbox-api-secret";
  std::string api_key = "sandbox-api-key";
  std::string store_id = "store-00000000-0000-4000-8000-000000000000";
};

/// The sandbox's own sets of words: personas, kinds of faults, operations.
std::vector<WordList> word_lists();

/// A built-in persona's verification, as facts for Made::verification, at this moment. Starts nothing.
/// invalid_argument, naming `persona`.
Result<std::string> persona_facts(std::string_view persona);

/// A running sandbox: one thread, stopped by the destructor. Thread-safe.
class Sandbox {
 public:
  static Result<std::unique_ptr<Sandbox>> start(Options options);
  ~Sandbox();

  /// "http://127.0.0.1:PORT", or where a browser reaches it; V1 and V2 are both served there.
  const std::string& url() const noexcept;

  /// What a caller who is not on loopback must show; empty where none is let in.
  const std::string& token() const noexcept;

  /// The machine's clock and what `advance` added, for clients, verifiers and registries of this sandbox. Its
  /// `steady()` is the machine's. Lives on when the sandbox is gone, and keeps the last shift. A forked child's follows
  /// the parent's.
  std::shared_ptr<const Clock> clock() const noexcept;

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
