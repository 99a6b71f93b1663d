#include "token/sandbox_credential.hpp"

#include <utility>

namespace bonin {

void SandboxCredential::grant(std::function<void(Result<Grant>)> done) {
  if (is_sandbox_) return inner_->grant(std::move(done));
  waiting_.push_back(std::move(done));
  if (waiting_.size() == 1) ask();
}

void SandboxCredential::ask() {
  Request request;
  request.url = connection_->base_url + "/sandbox/hello";
  request.headers = std::make_shared<const Headers>(common_headers());
  request.connection = connection_;
  request.timeout = connection_->timeout;
  request.may_repeat = true;
  transport_.send(std::move(request),
                  [self = shared_from_this()](const AttemptEnd& outcome) { self->answered(outcome.result); });
}

void SandboxCredential::answered(const Result<Response>& answer) {
  const auto waiting = std::exchange(waiting_, {});
  std::optional<Error> error;
  if (!answer) {
    error = answer.error();
  } else if (answer.value().status != 200 || answer.value().body != R"({"sandbox":"bonin"})") {
    error = make_error(ErrorKind::insecure_url,
                       "no sandbox answers at base_url: `allow_insecure_sandbox` sends nothing to any other server",
                       "base_url");
  }
  if (error) error->request = "GET /sandbox/hello";
  is_sandbox_ = !error;
  for (const auto& done : waiting) error ? done(*error) : inner_->grant(done);
}

}  // namespace bonin
