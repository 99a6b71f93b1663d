#pragma once
// Who we are to PortOne.

#include <functional>
#include <memory>

#include "transport/transport.hpp"

namespace bonin {

/// The headers that authorise a request.
struct Grant {
  std::shared_ptr<const Headers> headers;
  std::uint64_t generation = 0;  // of the token in them
};

/// Gives out authorisation. Lives on the transport's thread: no lock.
class Credential {
 public:
  virtual ~Credential() = default;

  /// Ends with a grant: before this returns when there is one, else when a renewal ends.
  virtual void grant(std::function<void(Result<Grant>)> done) = 0;

  /// Somebody whom a failed renewal let down is about to ask again. False: that would cost a request for which the
  /// retry budget is too low.
  virtual bool afford(bool throttled) = 0;

  /// PortOne answered 401 to a grant. True: ask for another one and send the request again. False: there is no other.
  virtual bool reject(std::uint64_t generation) = 0;

  /// The client is closed: what was given out is wiped once nobody uses it any more.
  virtual void forget() = 0;
};

/// Headers that every request carries.
std::vector<std::string_view> common_headers();

/// A line that holds a secret, of which no other copy is left.
Secret header_line(std::string_view name, const Secret& value);

/// V2 `Authorization: PortOne <API secret>`: no token at all.
class SecretCredential final : public Credential {
 public:
  explicit SecretCredential(const Secret& api_secret);
  void grant(std::function<void(Result<Grant>)> done) override;
  bool afford(bool throttled) override;
  bool reject(std::uint64_t generation) override;
  void forget() override { grant_ = {}; }

 private:
  Grant grant_;
};

}  // namespace bonin
