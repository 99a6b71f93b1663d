#include "doctor/reach.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "lookup/check.hpp"
#include "transport/engine.hpp"
#include "transport/trust.hpp"
#include "transport/url.hpp"

namespace bonin::doctor_detail {
namespace {

/// What to do when the host could not be reached.
DoctorLine not_reached(std::string_view name, const std::string& host, const Error& why) {
  const auto what = why.what();
  const auto said = "`" + host + "`에 연결하지 못했습니다: " + what;
  if (why.kind == ErrorKind::tls_failed) {
    return bad(name, said, what,
               "TLS를 들여다보는 프록시가 있으면 그 인증 기관의 인증서를 `SSL_CERT_FILE`로 알려 주세요.",
               "Where a proxy reads TLS, name its authority's certificate with `SSL_CERT_FILE`.");
  }
  return bad(name, said, what,
             "이 이름을 DNS에서 찾을 수 있는지, 방화벽과 프록시가 이 주소로 나가는 연결을 막지 않는지 확인해 주세요.",
             "See that the name can be resolved, and that firewalls and proxies let connections out to this host.");
}

DoctorLine clock_line(std::optional<std::chrono::milliseconds> skew) {
  constexpr std::string_view name = "clock";
  if (!skew) {
    return odd(name, "포트원의 시각을 받지 못해 비교하지 못했습니다.",
               "the server has not told its time: not compared");
  }
  const auto check = check_clock(skew);
  const auto seconds = std::chrono::round<std::chrono::seconds>(*skew).count();
  const auto by = std::to_string(std::abs(seconds)) + "초 " + (seconds < 0 ? "빠릅니다." : "느립니다.");
  if (check.ok) {
    return well(name, seconds == 0 ? "서버의 시각과 같습니다." : "서버보다 " + by, check.detail);
  }
  return bad(name, "이 컴퓨터의 시계가 서버보다 " + by, check.detail,
             "시각을 맞춰 주세요(`timedatectl`, `chronyc makestep`). 그대로 두면 최근 본인인증을 잘못 판단합니다.",
             "Set the clock (`timedatectl`, `chronyc makestep`).");
}

/// Nothing was decided about the credentials: the server was not asked, or could not answer.
bool unanswered(std::string_view reason) {
  for (const auto kind : {ErrorKind::connection_failed, ErrorKind::timed_out, ErrorKind::tls_failed,
                          ErrorKind::throttled, ErrorKind::unavailable}) {
    if (reason == info(kind).name) return true;
  }
  return false;
}

std::string file_of(const std::string& store) {
  constexpr std::string_view sqlite = "sqlite:";
  return store.starts_with(sqlite) ? store.substr(sqlite.size()) : std::string();
}

/// A pipe would be waited for.
bool is_pipe(const std::string& pepper) {
  constexpr std::string_view file = "file:";
  const auto at = pepper.find(file);
  std::error_code unknown;
  return at != std::string::npos && std::filesystem::is_fifo(pepper.substr(at + file.size()), unknown);
}

/// `ID=env:NAME`, `env:NAME` or `file:PATH`.
Pepper pepper_of(const std::string& text) {
  const auto equals = text.find('='), colon = text.find(':');
  if (equals == std::string::npos || equals > colon) return {.key = Secret(text)};
  return {.id = text.substr(0, equals), .key = Secret(text.substr(equals + 1))};
}

}  // namespace

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::function<void()> reach(const std::shared_ptr<const ConnectionOptions>& connection,
                            std::chrono::milliseconds timeout, std::function<void(DoctorLine, DoctorLine)> tell) {
  static constexpr std::string_view name = "portone";
  const auto host = host_of(connection->base_url);
  if (connection->trust && connection->trust->problem) {
    const auto what = connection->trust->problem->what();
    tell(bad(name, "인증서가 없어 `" + host + "`에 연결할 수 없습니다.", what), clock_line(std::nullopt));
    return [] {};
  }
  auto engine = Engine::current();
  auto told = std::make_shared<std::function<void(DoctorLine, DoctorLine)>>(std::move(tell));
  const auto sent = std::make_shared<TransferId>();  // the I/O thread's
  const auto ask = [told, connection, host, timeout, sent, raw = engine.get()] {
    Request request;
    request.url = connection->base_url + "/";
    request.headers = std::make_shared<const Headers>(std::vector<std::string_view>{"Accept: */*"});
    request.connection = connection;
    request.timeout = timeout;
    request.may_repeat = true;
    *sent = raw->send(std::move(request), [told, host, began = std::chrono::steady_clock::now()](AttemptEnd end) {
      if (!end.result) {
        return (*told)(not_reached(name, host, end.result.error()), clock_line(std::nullopt));
      }
      const auto took = std::chrono::round<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
      const auto text =
          "`" + host + "`, HTTP " + std::to_string(end.result->status) + ", " + std::to_string(took.count()) + " ms";
      std::optional<std::chrono::milliseconds> skew;
      if (const auto date = end.result->date) {
        skew = std::chrono::round<std::chrono::milliseconds>(*date - Clock::system()->now());
        // The header has whole seconds: half of one is its mean error.
        if (skew > std::chrono::milliseconds(-2'000) && skew < std::chrono::milliseconds(2'000)) skew.emplace(0);
      }
      (*told)(well(name, text + ": 응답합니다.", text + ": it answers"), clock_line(skew));
    });
  };
  if (!engine->post(ask)) {
    (*told)(bad(name, "프로세스가 끝나는 중입니다.", "the process is ending"), clock_line(std::nullopt));
  }
  return [engine, sent] { engine->post([raw = engine.get(), sent] { raw->abort(*sent); }); };
}

Credentials credentials(const ConnectionOptions& connection) {
  Credentials found;
  if (auto secret = variable("BONIN_API_SECRET"); !secret.empty()) {
    auto client = PortOneV2::create(
        {.api_secret = Secret(std::move(secret)), .store_id = variable("BONIN_STORE_ID"), .connection = connection});
    if (client) {
      found.clients.push_back({"credentials_v2", std::move(client).value()});
    } else {
      found.clients.push_back({"credentials_v2", nullptr, client.error()});
    }
  }
  auto key = variable("BONIN_IMP_KEY"), secret = variable("BONIN_IMP_SECRET");
  if (!key.empty() || !secret.empty()) {
    const std::string_view missing = key.empty() ? "BONIN_IMP_KEY" : secret.empty() ? "BONIN_IMP_SECRET" : "";
    if (found.clients.empty()) found.first = Api::v1;
    PortOneV1::Options options{.imp_key = Secret(std::move(key)), .imp_secret = Secret(std::move(secret))};
    options.connection = connection;
    auto client = PortOneV1::create(std::move(options));
    if (client) {
      found.clients.push_back({"credentials_v1", std::move(client).value()});
    } else {
      found.clients.push_back({"credentials_v1", nullptr, client.error(), missing});
    }
  }
  return found;
}

DoctorLine no_credentials() {
  return odd("credentials", "설정되어 있지 않습니다.", "none are set",
             "V2는 `BONIN_API_SECRET`, V1은 `BONIN_IMP_KEY`와 `BONIN_IMP_SECRET`을 설정해 주세요.",
             "Set `BONIN_API_SECRET` (V2), or `BONIN_IMP_KEY` and `BONIN_IMP_SECRET` (V1).");
}

Call accepted(const Credentials::One& one, std::chrono::milliseconds timeout, Tell tell) {
  const auto name = one.name;
  if (!one.missing.empty()) {
    const std::string variable(one.missing);
    tell(bad(name, "`" + variable + "`이 설정되어 있지 않습니다.", "`" + variable + "` is not set",
             "`BONIN_IMP_KEY`와 `BONIN_IMP_SECRET`을 함께 설정해 주세요.",
             "Set `BONIN_IMP_KEY` and `BONIN_IMP_SECRET`, both."));
    return {};
  }
  if (one.client == nullptr) {
    const auto what = one.refused->what();
    tell(bad(name, "환경 변수의 값을 쓸 수 없습니다: " + what, what, "포트원 콘솔에서 다시 복사해 주세요.",
             "Copy them from PortOne's console again."));
    return {};
  }
  return one.client->check({.timeout = timeout}, [name, tell = std::move(tell)](Result<CheckReport> report) {
    if (!report) return tell(odd(name, "확인하지 못했습니다.", report.error().what()));
    for (const auto& check : report->checks) {
      if (check.name != "credentials") continue;
      if (check.ok) return tell(well(name, "설정되어 있고, 포트원이 받아들입니다.", "set, and accepted by PortOne"));
      if (unanswered(check.reason)) {
        return tell(odd(name, "설정되어 있지만 포트원에 물어보지 못했습니다.",
                        "set; PortOne could not be asked: " + check.detail, "`portone` 줄을 먼저 확인해 주세요.",
                        "See the line `portone`."));
      }
      return tell(bad(name, "설정되어 있지만 포트원이 거절합니다: " + check.detail, "set, and refused: " + check.detail,
                      "포트원 콘솔에서 다시 복사해 주세요. V1과 V2의 키는 서로 다릅니다.",
                      "Copy them from PortOne's console again. V1 and V2 have different keys."));
    }
    tell(odd(name, "확인하지 못했습니다.", "not looked at"));
  });
}

Call store(const DoctorOptions& options, Registry& kept, Tell tell) {
  static constexpr std::string_view name = "store";
  const auto address = options.store.empty() ? variable("BONIN_STORE") : options.store;
  if (address.empty()) {
    tell(well(name, "확인할 저장소를 지정하지 않았습니다(`--store`, `BONIN_STORE`).",
              "none was named (`--store`, `BONIN_STORE`)"));
    return {};
  }
  auto sources = options.peppers;
  const bool pepperless = sources.empty() && variable("BONIN_PEPPER").empty();
  if (sources.empty()) sources.emplace_back("env:BONIN_PEPPER");
  Registry::Options registry{.store = address, .timeout = options.timeout, .schema = options.schema};
  // The address is read the same with any key. A registry that is not asked anything opens nothing.
  if (pepperless) registry.peppers.push_back({.key = Secret(std::string(64, '0'))});
  if (!pepperless) {
    for (const auto& source : sources) {
      if (is_pipe(source)) {
        tell(odd(name, "페퍼 파일이 파이프여서 읽지 않았습니다.", "a pepper's file is a pipe, which is not read here"));
        return {};
      }
      registry.peppers.push_back(pepper_of(source));
    }
  }
  auto made = Registry::create(std::move(registry));
  if (!made) {
    const auto what = made.error().what();
    tell(bad(name, "저장소나 페퍼를 쓸 수 없습니다: " + what, what));
    return {};
  }
  std::string warnings;
  for (const auto& warning : made->warnings()) warnings += (warnings.empty() ? "" : "; ") + warning;
  if (pepperless) {
    tell(odd(name, "주소는 읽었지만, 페퍼가 없어 저장소를 열지 않았습니다.",
             "the address is understood; without a pepper the store was not opened" +
                 (warnings.empty() ? "" : "; " + warnings),
             "`--pepper env:NAME`이나 `BONIN_PEPPER`로 페퍼를 알려 주세요.",
             "Name it: `--pepper env:NAME`, or `BONIN_PEPPER`."));
    return {};
  }
  if (const auto file = file_of(address); !file.empty() && file != ":memory:" && access(file.c_str(), F_OK) != 0) {
    tell(odd(name, "SQLite 파일이 아직 없습니다. 첫 호출이 만듭니다.",
             "the SQLite file is not there yet: the first call makes it"));
    return {};
  }
  kept = std::move(made).value();
  return kept.check(
      [warnings, tell = std::move(tell)](Result<CheckReport> report) {
        if (!report) return tell(odd(name, "확인하지 못했습니다.", report.error().what()));
        const auto& check = report->checks.front();
        if (!check.ok) return tell(bad(name, "저장소를 쓸 수 없습니다: " + check.detail, check.detail));
        const auto ms = ", " + std::to_string(check.took.count()) + " ms";
        if (warnings.empty()) return tell(well(name, check.detail + ms, check.detail + ms));
        tell(odd(name, check.detail + ms + "; " + warnings, check.detail + ms + "; " + warnings));
      },
      {.timeout = options.timeout});
}

}  // namespace bonin::doctor_detail
