#include "token/token_source.hpp"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "token/credential.hpp"

namespace bonin {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

/// V2 access tokens live 30 minutes; the answer does not say so.
constexpr auto v2_life = 30min;

Error failure(ErrorKind kind, std::string message, const std::string& request, int status) {
  auto error = make_error(kind, std::move(message));
  error.request = request;
  error.http_status = status;
  return error;
}

/// What a status other than 200 means for a token request.
Error refusal(const Response& response, const std::string& request) {
  const int status = response.status;
  auto error = [&] {
    if (status == 401 || status == 400) {
      return failure(ErrorKind::unauthorized, "PortOne refused the credentials", request, status);
    }
    if (status == 403) return failure(ErrorKind::forbidden, "PortOne refused the credentials", request, status);
    if (status == 429) return failure(ErrorKind::throttled, "PortOne is throttling", request, status);
    if (status >= 500) return failure(ErrorKind::unavailable, "PortOne could not issue a token", request, status);
    if (status >= 300 && status < 400) {
      return failure(ErrorKind::redirect_refused, "PortOne's API does not redirect", request, status);
    }
    return failure(ErrorKind::rejected, "PortOne refused the token request", request, status);
  }();
  error.retry_after_ms = response.retry_after_ms;
  return error;
}

/// A string member, empty if it is not there or no string.
std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// The body of a request, of which no other copy is left: credentials are printable ASCII.
std::string body_of(std::initializer_list<std::pair<std::string_view, const Secret&>> members) {
  std::size_t longest = 2;
  for (const auto& [name, value] : members) longest += name.size() + 2 * value.reveal().size() + 6;
  std::string body;
  body.reserve(longest);  // a string that grows leaves a copy behind
  for (const auto& [name, value] : members) {
    body += body.empty() ? '{' : ',';
    body.append("\"").append(name).append("\":\"");
    for (const char c : value.reveal()) {
      if (c == '"' || c == '\\') body += '\\';
      body += c;
    }
    body += '"';
  }
  return body += '}';
}

void wipe(Json& value) {
  if (value.is_string()) Secret(std::move(value.get_ref<std::string&>()));
  if (value.is_structured()) {
    for (auto& part : value) wipe(part);
  }
}

/// A token as text; empty when it is not there or holds what would end a header line.
Secret token_of(const Json& object, const char* name) {
  Secret token(text_of(object, name));
  for (const char c : token.reveal()) {
    if (c <= ' ' || c > '~') return {};
  }
  return token;
}

class Source : public TokenSource {
 public:
  explicit Source(TokenRoute route)
      : route_(std::move(route)), headers_(std::make_shared<const Headers>(common_headers())) {}

 protected:
  /// Sends a body and reads the JSON object that answers it. `path` starts with a slash.
  void post(const char* path, std::string body, std::function<void(const Result<Json>&)> done) {
    Request request;
    request.method = Method::post;
    request.url = route_.connection->base_url + path;
    request.body = std::move(body);
    request.headers = headers_;
    request.connection = route_.connection;
    request.timeout = route_.connection->timeout;
    request.may_repeat = true;  // a token asked for twice does no harm
    const std::string name = std::string("POST ") + path;
    route_.transport.send(std::move(request),
                          [name, health = route_.health, done = std::move(done)](AttemptEnd outcome) {
                            health->connected(outcome.connections);
                            if (!outcome.result) {
                              outcome.result.error().request = name;
                              return done(std::move(outcome.result.error()));
                            }
                            Response& response = outcome.result.value();
                            if (response.date) health->told_time(*response.date);
                            if (response.status != 200) return done(refusal(response, name));
                            Result<Json> json = Json::parse(response.body, nullptr, false);
                            Secret(std::move(response.body));
                            if (json.value().is_object()) {
                              done(json);
                            } else {
                              done(unreadable(name, "the token answer is not a JSON object"));
                            }
                            wipe(json.value());
                          });
  }

  static Error unreadable(const std::string& request, std::string message) {
    return failure(ErrorKind::unreadable_answer, std::move(message), request, 200);
  }

 private:
  TokenRoute route_;
  std::shared_ptr<const Headers> headers_;
};

class V1Source final : public Source {
 public:
  V1Source(TokenRoute route, Secret imp_key, Secret imp_secret)
      : Source(std::move(route)), imp_key_(std::move(imp_key)), imp_secret_(std::move(imp_secret)) {}

  void fetch(std::function<void(Result<Token>)> done) override {
    post("/users/getToken", body_of({{"imp_key", imp_key_}, {"imp_secret", imp_secret_}}),
         [done = std::move(done)](const Result<Json>& answer) {
           if (!answer) return done(answer.error());
           done(read(answer.value()));
         });
  }

  std::chrono::milliseconds renew_ahead() const noexcept override { return 50s; }

 private:
  static Result<Token> read(const Json& answer) {
    const std::string name = "POST /users/getToken";
    const auto code = answer.find("code");
    if (code == answer.end() || !code->is_number_integer()) return unreadable(name, "the token answer has no code");
    if (*code != 0) {
      auto error = failure(ErrorKind::unauthorized, "PortOne refused the credentials", name, 200);
      error.portone_code = std::to_string(code->get<std::int64_t>());
      return error;
    }
    const auto response = answer.find("response");
    if (response == answer.end() || !response->is_object()) return unreadable(name, "the token answer is empty");
    Token token;
    token.text = token_of(*response, "access_token");
    const auto now = response->find("now"), end = response->find("expired_at");
    if (token.text.empty() || now == response->end() || !now->is_number_integer() || end == response->end() ||
        !end->is_number_integer()) {
      return unreadable(name, "the token answer lacks access_token, now or expired_at");
    }
    // The server's clock against itself: this machine's clock may be wrong.
    const double seconds = end->get<double>() - now->get<double>();  // whatever they are, no overflow
    if (seconds < 1 || seconds > 86'400) return unreadable(name, "the token answer has an absurd life");
    token.life = std::chrono::seconds(static_cast<std::int64_t>(seconds));
    return token;
  }

  Secret imp_key_;
  Secret imp_secret_;
};

class V2LoginSource final : public Source {
 public:
  V2LoginSource(TokenRoute route, Secret api_secret) : Source(std::move(route)), api_secret_(std::move(api_secret)) {}

  void fetch(std::function<void(Result<Token>)> done) override {
    if (refresh_token_.empty()) return log_in(std::move(done));
    post("/token/refresh", body_of({{"refreshToken", refresh_token_}}),
         [this, done = std::move(done)](const Result<Json>& answer) mutable {
           if (answer) return done(read(answer.value(), "POST /token/refresh"));
           const auto kind = answer.error().kind;
           if (kind != ErrorKind::unauthorized && kind != ErrorKind::forbidden && kind != ErrorKind::rejected) {
             return done(answer.error());
           }
           log_in(std::move(done));  // another machine logged in since
         });
  }

  void forget() override { refresh_token_ = Secret(); }
  std::chrono::milliseconds renew_ahead() const noexcept override { return 5min; }

 private:
  void log_in(std::function<void(Result<Token>)> done) {
    refresh_token_ = Secret();
    post("/login/api-secret", body_of({{"apiSecret", api_secret_}}),
         [this, done = std::move(done)](const Result<Json>& answer) {
           if (!answer) return done(answer.error());
           done(read(answer.value(), "POST /login/api-secret"));
         });
  }

  Result<Token> read(const Json& answer, const std::string& name) {
    Token token;
    token.text = token_of(answer, "accessToken");
    token.life = v2_life;
    refresh_token_ = token_of(answer, "refreshToken");
    if (token.text.empty()) return unreadable(name, "the token answer lacks accessToken");
    return token;
  }

  Secret api_secret_;
  Secret refresh_token_;
};

class V2ApiKeySource final : public Source {
 public:
  V2ApiKeySource(TokenRoute route, Secret api_key) : Source(std::move(route)), api_key_(std::move(api_key)) {}

  void fetch(std::function<void(Result<Token>)> done) override {
    post("/login/api-key", body_of({{"apiKey", api_key_}}), [done = std::move(done)](const Result<Json>& answer) {
      if (!answer) return done(answer.error());
      Token token;
      token.text = token_of(answer.value(), "access_token");
      token.life = v2_life;
      if (token.text.empty()) return done(unreadable("POST /login/api-key", "the token answer lacks access_token"));
      done(std::move(token));
    });
  }

  std::chrono::milliseconds renew_ahead() const noexcept override { return 5min; }

 private:
  Secret api_key_;
};

}  // namespace

std::unique_ptr<TokenSource> v1_token_source(TokenRoute route, Secret imp_key, Secret imp_secret) {
  return std::make_unique<V1Source>(std::move(route), std::move(imp_key), std::move(imp_secret));
}

std::unique_ptr<TokenSource> v2_login_source(TokenRoute route, Secret api_secret) {
  return std::make_unique<V2LoginSource>(std::move(route), std::move(api_secret));
}

std::unique_ptr<TokenSource> v2_api_key_source(TokenRoute route, Secret api_key) {
  return std::make_unique<V2ApiKeySource>(std::move(route), std::move(api_key));
}

}  // namespace bonin
