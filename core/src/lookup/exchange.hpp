#pragma once
// One call to PortOne: authorised, retried where that is safe, ended by its deadline.

#include <functional>
#include <memory>
#include <string>

#include "lookup/call_state.hpp"
#include "lookup/session.hpp"

namespace bonin {

/// What to send.
struct Plan {
  explicit Plan(Error (*what_no_means)(const Response&)) : refusal(what_no_means) {}

  Error (*refusal)(const Response&);  // what an answer other than 2xx means
  Method method = Method::get;
  std::string path;       // with the id and the query; starts with a slash
  const char* name = "";  // what errors call it: "GET /certifications/{imp_uid}"
  std::string body;
};

class Exchange final : public Call::State, public std::enable_shared_from_this<Exchange> {
 public:
  /// Begins a call. `done` gets the 2xx answer, or the error that ended the call.
  static Call begin(std::shared_ptr<Session> session, Plan plan, const CallOptions& options, Callback<Response> done);

  Exchange(std::shared_ptr<Session> session, Plan plan, std::chrono::milliseconds timeout, Callback<Response> done);
  void cancel() override;
  void settle(Error error) override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  void start();
  void authorise();
  void send(Grant grant);
  void answered(Outcome outcome);
  /// `free`: a retry costs none of the budget.
  void failed(Error error, bool free = false);
  void finish(Result<Response> result);
  std::chrono::milliseconds left() const;
  bool safe_to_repeat() const noexcept { return plan_.method == Method::get; }
  Error out_of_time() const;
  Error described(Error error) const;

  // Set before the call reaches the transport's thread, which alone touches the rest.
  std::shared_ptr<Session> session_;
  Plan plan_;
  Callback<Response> done_;
  Time deadline_;

  bool started_ = false;
  bool ended_ = false;
  bool awaiting_grant_ = false;
  bool replayed_ = false;  // the one replay after a 401 is used up
  int attempts_ = 0;       // requests sent
  int retries_ = 0;
  int last_price_ = 0;  // of the last retry, given back on success
  std::uint64_t generation_ = 0;
  TransferId transfer_;
  std::string cause_;  // why the attempt before failed
};

}  // namespace bonin
