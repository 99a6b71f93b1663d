#pragma once
// One way to call either API as tests/vectors writes it down.

#include <map>
#include <memory>
#include <string>

#include "bonin/portone.hpp"
#include "support/ending.hpp"
#include "support/vectors.hpp"

namespace bonin::test {

/// What V1 answers who asks for a token.
inline constexpr const char* token_answer =
    R"({"code":0,"message":null,"response":{"access_token":"tok","now":1000,"expired_at":2800}})";

/// Options and arguments of the vectors, with good ones for what is not given.
class AnyClient {
 public:
  static Result<AnyClient> create(const std::string& api, const Json& options) {
    ConnectionOptions connection;
    connection.base_url = options.value("base_url", "");
    connection.timeout = std::chrono::milliseconds(options.value("timeout_ms", std::int64_t{10'000}));
    connection.connect_timeout = std::chrono::milliseconds(options.value("connect_timeout_ms", std::int64_t{2'000}));
    connection.max_attempts = options.value("max_attempts", 3);
    connection.max_calls = options.value("max_calls", 4096);
    connection.proxy = options.value("proxy", "");
    AnyClient client;
    if (api == "v1") {
      auto made = PortOneV1::create({.imp_key = Secret(options.value("imp_key", "key")),
                                     .imp_secret = Secret(options.value("imp_secret", "secret")),
                                     .tier = options.value("tier", ""),
                                     .connection = connection});
      if (!made) return std::move(made.error());
      client.v1 = std::move(made.value());
      return client;
    }
    const auto auth = options.value("auth", "secret");
    PortOneV2::Options v2;
    v2.api_secret = Secret(options.value("api_secret", "secret"));
    v2.api_key = Secret(options.value("api_key", "key"));
    v2.auth = auth == "login"     ? PortOneV2::Auth::login
              : auth == "api_key" ? PortOneV2::Auth::api_key
                                  : PortOneV2::Auth::secret;
    v2.store_id = options.value("store_id", "");
    v2.connection = connection;
    auto made = PortOneV2::create(v2);
    if (!made) return std::move(made.error());
    client.v2 = std::move(made.value());
    return client;
  }

  /// Calls by name and waits. `arguments` are added to good ones.
  Result<Done> call(const std::string& name, const std::string& id, const Json& arguments) const {
    CallOptions options;
    if (arguments.contains("timeout_ms")) options.timeout = std::chrono::milliseconds(arguments["timeout_ms"]);
    const auto text = [&](const char* key, const char* otherwise) { return arguments.value(key, otherwise); };
    if (v1) {
      if (name == "lookup") return wait<VerificationPtr>([&](auto done) { v1->lookup(id, options, done); });
      if (name == "erase") return wait<Done>([&](auto done) { v1->erase(id, options, done); });
      if (name == "confirm_otp") {
        return wait<VerificationPtr>([&](auto done) { v1->confirm_otp(id, "123456", options, done); });
      }
      PortOneV1::OtpRequest request;
      request.name = text("name", "n");
      request.phone = text("phone", "01000000001");
      request.birth = text("birth", "900315");
      request.gender_digit = text("gender_digit", "2");
      request.carrier = text("carrier", "SKT");
      request.channel_key = text("channel_key", "channel-key-1");
      request.bypass = text("bypass", "");
      return wait<std::string>([&](auto done) { v1->request_otp(request, options, done); });
    }
    if (name == "lookup") return wait<VerificationPtr>([&](auto done) { v2->lookup(id, options, done); });
    if (name == "resend") return wait<Done>([&](auto done) { v2->resend(id, options, done); });
    if (name == "confirm") return wait<VerificationPtr>([&](auto done) { v2->confirm(id, "123456", options, done); });
    if (name == "list") {
      PortOneV2::ListQuery query;
      query.page = arguments.value("page", 0);
      query.page_size = arguments.value("page_size", 100);
      return wait<PortOneV2::Page>([&](auto done) { v2->list(query, options, done); });
    }
    PortOneV2::SendRequest request;
    request.channel_key = text("channel_key", "channel-key-1");
    request.carrier = text("carrier", "SKT");
    request.method = text("method", "SMS");
    request.name = text("name", "n");
    request.phone_number = text("phone_number", "01000000001");
    request.ip_address = text("ip_address", "127.0.0.1");
    request.bypass = text("bypass", "");
    return wait<Done>([&](auto done) { v2->send(id, request, options, done); });
  }

  std::shared_ptr<PortOneV1> v1;
  std::shared_ptr<PortOneV2> v2;

 private:
  template <class T, class Begin>
  static Result<Done> wait(Begin begin) {
    Ending<T> ending;
    begin(ending.callback());
    auto& result = ending.wait();
    if (!result) return std::move(result.error());
    return Done{};
  }
};

}  // namespace bonin::test
