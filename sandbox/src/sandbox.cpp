#include "sandbox/sandbox.hpp"

#include <chrono>
#include <exception>

#include "server.hpp"

namespace bonin::sandbox {

namespace {

/// As clients, verifiers and registries see it.
class MovedClock final : public Clock {
 public:
  explicit MovedClock(std::shared_ptr<const Shift> shift) : shift_(std::move(shift)) {}

  Moment now() const noexcept override { return Clock::system()->now() + by(); }
  std::chrono::steady_clock::time_point steady() const noexcept override { return Clock::system()->steady(); }
  std::chrono::steady_clock::time_point lasting() const noexcept override { return steady() + by(); }

 private:
  std::chrono::milliseconds by() const noexcept { return std::chrono::milliseconds(shift_->ms()); }
  const std::shared_ptr<const Shift> shift_;
};

}  // namespace

struct Sandbox::Impl {
  std::unique_ptr<Server> server;
  std::shared_ptr<const Clock> clock;
};

Sandbox::Sandbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::start(Options options) {
  auto server = Server::start(std::move(options));
  if (!server) return std::move(server).error();
  auto impl = std::make_unique<Impl>();
  impl->server = std::move(server).value();
  impl->clock = std::make_shared<const MovedClock>(impl->server->shift());
  return std::unique_ptr<Sandbox>(new Sandbox(std::move(impl)));
}

const std::string& Sandbox::url() const noexcept { return impl_->server->url(); }
const std::string& Sandbox::token() const noexcept { return impl_->server->token(); }
std::shared_ptr<const Clock> Sandbox::clock() const noexcept { return impl_->clock; }

Result<std::string> Sandbox::control(std::string_view operation, std::string_view json) {
  Result<std::string> result = make_error(ErrorKind::closed, "the sandbox was stopped");
  impl_->server->run([&](World& world) {
    try {
      auto arguments = json.empty() ? Json::object() : read_json(json);
      if (!arguments || !arguments->is_object()) {
        result = bad_parameter("json", "must be a JSON object");
        return;
      }
      auto answer = bonin::sandbox::control(world, operation, *arguments);
      if (answer)
        result = write_json(answer.value());
      else
        result = std::move(answer).error();
    } catch (const std::exception&) {
      result = make_error(ErrorKind::internal, "the sandbox failed");
    }
  });
  return result;
}

void Sandbox::stop() { impl_->server->stop(); }

}  // namespace bonin::sandbox
