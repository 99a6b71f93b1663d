#pragma once
// One call to PortOne: let through by the circuit, authorised, retried where that is safe, ended by its deadline.

#include <memory>
#include <optional>
#include <string>

#include "lookup/session.hpp"
#include "model/call_state.hpp"

namespace bonin {

/// What to send.
struct Plan {
  explicit Plan(Error (*what_no_means)(const Response&)) : refusal(what_no_means) {}

  Error (*refusal)(const Response&);  // what an answer other than 2xx means
  Method method = Method::get;
  std::string path;       // with the id and the query; starts with a slash
  const char* name = "";  // what errors call it: "GET /certifications/{imp_uid}"
  std::string body;
  std::size_t about = 0;            // a hash of the id, or of what stands for one; 0: it is about none
  std::string idempotency_key;      // of a POST that takes effect once, however often it is sent; empty: none
  bool waits_for_provider = false;  // it takes long, and how long says nothing about PortOne
  Settle settle;                    // of a lookup
};

/// Who waits for the answer: reads it once it has come, and is then told how the call ended.
class Recipient {
 public:
  virtual ~Recipient() = default;
  /// Understands a 2xx answer and keeps what it says; or why it cannot.
  virtual std::optional<Error> read(Response response) = 0;
  /// The verification that was read, if that is what was asked for.
  virtual const Verification* found() const { return nullptr; }
  /// Hands over what was read, or the error that ended the call. Once.
  virtual void deliver(std::optional<Error> error) = 0;
};

class Exchange final : public Call::State, public std::enable_shared_from_this<Exchange> {
 public:
  static Call begin(std::shared_ptr<Session> session, Plan plan, const CallOptions& options,
                    std::unique_ptr<Recipient> recipient);

  Exchange(std::shared_ptr<Session> session, Plan plan, std::chrono::milliseconds timeout, std::uint64_t caller,
           std::unique_ptr<Recipient> recipient);
  void cancel() override;
  /// Ends the call with an error unless it has ended. The transport's thread only.
  void settle(Error error);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void start();
  bool may_go();
  void authorise();
  void send(Grant grant);
  /// `counts`: it had enough time for a time-out to say something about PortOne.
  void answered(AttemptEnd outcome, bool counts);
  /// `over_this`: the server was reached, so the failure may be about this id.
  void learn(const Error& error, bool over_this);
  /// `by_token`: the token request failed.
  void failed(Error error, bool by_token = false);
  void try_again(Error error, bool by_token);
  /// PortOne is still carrying out the request of this idempotency key: asks again a little later.
  void await_outcome(Error error);
  /// Asks again if a moment may change the answer; null: PortOne knows nothing of the id. False: it is the answer.
  bool settles(const Verification* found);
  /// The 2xx answer that ends the call; reads it.
  void finish(Response response);
  /// The error that ends the call.
  void finish(Error error);
  /// Ends the call; nothing: it was answered.
  void end(std::optional<Error> error);
  Error unread(Error error, int status) const;
  std::chrono::milliseconds left() const;
  bool takes_effect() const noexcept { return plan_.method != Method::get; }
  bool safe_to_repeat() const noexcept { return !takes_effect() || !plan_.idempotency_key.empty(); }
  /// May an earlier attempt have taken effect, and does this error not tell?
  bool leaves_open(const Error& error) const noexcept;
  Error out_of_time() const;
  Error described(Error error) const;

  // Set before the call reaches the transport's thread, which alone touches the rest.
  std::shared_ptr<Session> session_;
  Plan plan_;
  std::unique_ptr<Recipient> recipient_;
  std::uint64_t caller_;
  Gate::Place place_;  // nothing: it is a step of a call that has one
  Time began_;
  Time deadline_;

  std::shared_ptr<Exchange> itself_;  // on its way to the transport's thread (post_itself.hpp)
  bool started_ = false;
  bool ended_ = false;
  bool awaiting_grant_ = false;
  bool replayed_ = false;  // the one replay after a 401 is used up
  bool probe_ = false;     // it is the circuit's probe and has not reported yet
  bool refused_ = false;   // by the open circuit
  bool counted_ = false;   // among those under way
  int attempts_ = 0;       // requests sent
  int retries_ = 0;
  int last_price_ = 0;  // of the last retry, given back on success
  int settled_ = 0;     // times that an unfinished answer was asked again
  std::optional<Time> settle_until_;
  const char* open_ = nullptr;  // why nobody knows whether the request took effect
  std::uint64_t generation_ = 0;
  TransferId transfer_;
  std::string cause_;  // why the attempt before failed
};

}  // namespace bonin
