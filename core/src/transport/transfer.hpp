#pragma once
// One request of the engine, and the libcurl handle that carries it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "transport/hosts.hpp"
#include "transport/transport.hpp"

typedef void CURL;
typedef void CURLSH;

namespace bonin {

/// One easy handle and what its present request needs. Kept and reused: its handle is never freed while in use.
struct Transfer {
  Transfer(std::size_t own_slot, CURLSH* share);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  /// Tells the handle what to send. `resolved`: the addresses of the host, as CURLOPT_RESOLVE has them; empty: it needs
  /// none. False when there is no memory for it.
  bool prepare(std::chrono::milliseconds left, const std::string& resolved);
  /// Forgets the request and what it held.
  void clear();

  CURL* easy = nullptr;
  const std::size_t slot;
  std::uint64_t sequence = 0;  // of the present request; 0: idle
  std::chrono::steady_clock::time_point deadline{};
  Host* host = nullptr;
  bool launched = false;  // it has a place at its host
  bool added = false;     // libcurl has it
  std::string body;
  bool too_large = false;
  int system_error = 0;  // why this machine could not make a socket
  Request request;
  std::function<void(AttemptEnd)> done;

 private:
  void make_handle();
  bool prepare_connection();

  CURLSH* const share_;
  // The options that the handle has, so that only changed ones are set again. They are shared pointers, so that a new
  // object cannot have the address of an old one.
  std::shared_ptr<const ConnectionOptions> connection_;
  curl_slist* resolved_ = nullptr;
};

}  // namespace bonin
