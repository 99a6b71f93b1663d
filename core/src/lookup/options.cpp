#include "lookup/options.hpp"

#include <algorithm>
#include <cstdlib>

#include "lookup/exchange.hpp"
#include "token/sandbox_credential.hpp"
#include "transport/drain.hpp"
#include "transport/engine.hpp"
#include "transport/trust.hpp"
#include "transport/url.hpp"

namespace bonin {

Result<Done> check_credential(const Secret& secret, const char* parameter) {
  const auto missing = [parameter](const char* what) {
    return make_error(ErrorKind::missing_credentials, std::string(parameter) + what, parameter);
  };
  if (secret.empty()) return missing(" is empty");
  if (secret.reveal().starts_with("env:") || secret.reveal().starts_with("file:")) {
    return missing(
        " begins with `env:` or `file:`, from where peppers and keys of proofs are read: give the credential itself");
  }
  for (const char c : secret.reveal()) {
    if (c <= ' ' || c > '~') {
      return missing(" holds a character that no key has");
    }
  }
  return Done{};
}

Result<Done> check_sandbox_credential(const ConnectionOptions& connection, const Secret& secret,
                                      const char* parameter) {
  if (!connection.sandbox_alone || secret.reveal().starts_with("sandbox-")) return Done{};
  return make_error(ErrorKind::insecure_url,
                    "`allow_insecure_sandbox` takes the credentials of a sandbox alone, which begin with `sandbox-`",
                    parameter);
}

Result<Done> check_token_text(std::string_view text, const char* parameter) {
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain) {
      return invalid_argument(parameter,
                              std::string(parameter) + " holds something else than letters, digits, `-` and `_`");
    }
  }
  return Done{};
}

Result<std::shared_ptr<const ConnectionOptions>> check_connection(ConnectionOptions options, const char* base_url) {
  auto url = check_base_url(options.base_url.empty() ? base_url : options.base_url, options.allow_insecure_sandbox);
  if (!url) return std::move(url.error());
  options.base_url = std::move(url.value());
  options.sandbox_alone = leaves_the_machine_in_the_clear(options.base_url);
  if (auto ok = check_timeout(options.timeout, "timeout_ms"); !ok) return std::move(ok.error());
  if (auto ok = check_timeout(options.provider_timeout, "provider_timeout_ms"); !ok) return std::move(ok.error());
  if (auto ok = check_timeout(options.connect_timeout, "connect_timeout_ms"); !ok) return std::move(ok.error());
  // libcurl would read the text before the NUL, which names another file or host.
  if (options.ca_file.find('\0') != std::string::npos) return invalid_argument("ca_file", "ca_file holds a NUL");
  if (options.proxy.find('\0') != std::string::npos) return invalid_argument("proxy", "proxy holds a NUL");
  if (!options.proxy.empty() && options.base_url.rfind("http:", 0) == 0) {
    return invalid_argument("proxy", "proxy is for https only: credentials would pass it in the clear");
  }
  if (options.max_calls < 1 || options.max_calls > 100'000) {
    return invalid_argument("max_calls", "max_calls is `" + std::to_string(options.max_calls) + "`, not 1 to 100000");
  }
  if (options.max_attempts < 1 || options.max_attempts > 10) {
    return invalid_argument("max_attempts",
                            "max_attempts is `" + std::to_string(options.max_attempts) + "`, not 1 to 10");
  }
  // Read here, by the caller's own thread: another one may be changing the environment.
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') options.proxy_in_environment = true;
  }
  if (options.base_url.rfind("https:", 0) == 0) options.trust = std::make_shared<const Trust>(find_trust(options));
  options.brought_certificates = nullptr;  // it belongs to the caller's thread
  return std::make_shared<const ConnectionOptions>(std::move(options));
}

Sessions::Sessions(std::shared_ptr<const ConnectionOptions> connection, std::shared_ptr<const Clock> clock,
                   Attests attests, MakeCredential make_credential)
    : connection_(std::move(connection)),
      clock_(clock ? std::move(clock) : Clock::system()),
      attests_(std::move(attests)),
      make_credential_(std::move(make_credential)) {}

std::shared_ptr<Session> Sessions::session() {
  return sessions_.get([this] {
    auto session = std::make_shared<Session>();
    session->transport = Engine::current();
    session->connection = connection_;
    session->clock = clock_;
    session->attests = attests_;
    session->closed = closed_;
    session->gate = gate_;
    session->inside = gate_->inside();
    session->random = system_random();
    session->health = std::make_shared<Health>(clock_, session->random, log_);
    session->credential = make_credential_(*session->transport, *session);
    if (connection_->sandbox_alone) {
      session->credential =
          std::make_shared<SandboxCredential>(*session->transport, connection_, std::move(session->credential));
    }
    return session;
  });
}

void Sessions::close() {
  *closed_ = true;
  // A session that is made later finds the client closed. A call that started before is among the active ones, and one
  // that starts after this task sees the flag: each time, for whoever closes must not rely on another who does.
  const auto session = sessions_.peek();
  if (!session) return;
  session->transport->post([session] {
    session->credential->forget();
    const auto active = session->active;  // settling takes them out
    for (const auto& call : active) {
      call->settle(make_error(ErrorKind::closed, "the client was closed"));
    }
  });
}

Call Sessions::drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done) {
  const auto session = this->session();
  return bonin::drain(*gate_, session->transport, timeout, std::move(done));
}

Error draining(std::string_view who) {
  return make_error(ErrorKind::draining, std::string(who) + " is draining and takes no new calls");
}

Metrics Sessions::metrics() const {
  if (const auto session = sessions_.peek()) return session->health->metrics();
  Metrics none;
  none.retry_budget = RetryBudget::capacity;
  return none;
}

Circuit Sessions::circuit() const {
  const auto session = sessions_.peek();
  return session ? session->health->circuit() : Circuit::closed;
}

std::vector<LogEvent> Sessions::take_log_events() const {
  if (const auto session = sessions_.peek()) return session->health->log.take();
  log_->waiting = false;  // what waits is another process's
  return {};
}

}  // namespace bonin
