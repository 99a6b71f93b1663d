#include "bonin/doctor.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "bonin/clock.hpp"
#include "doctor/machine.hpp"
#include "doctor/reach.hpp"
#include "lookup/options.hpp"
#include "model/call_state.hpp"
#include "platform/signals.hpp"
#include "transport/url.hpp"

namespace bonin {
namespace {

using namespace doctor_detail;

/// One report under way. A thread of its own waits for the lines, and answers.
class Examination final : public Call::State, public std::enable_shared_from_this<Examination> {
 public:
  explicit Examination(std::chrono::milliseconds timeout) : timeout_(timeout) {}

  /// A line that is still to be told: its place in the report.
  Tell expect(std::string_view name) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::nullopt);
    names_.push_back(name);
    return [self = shared_from_this(), place = lines_.size() - 1](DoctorLine line) {
      const std::lock_guard lock(self->mutex_);
      if (self->lines_[place]) return;  // it came too late
      self->lines_[place] = std::move(line);
      self->changed_.notify_all();
    };
  }

  /// Runs what may block on a thread of its own, which may outlive the report.
  template <class Look>
  void look(std::string_view name, Look look) {
    auto tell = expect(name);
    try {
      const platform::SignalsBlocked blocked;
      std::thread([tell, look = std::move(look)] { tell(look()); }).detach();
    } catch (const std::system_error&) {
      tell(bad(name, "스레드를 만들 수 없습니다.", "no thread can be made", "프로세스 수의 제한을 확인해 주세요.",
               "Check the limit of processes."));
    }
  }

  /// What ends something that goes on.
  void keep(std::function<void()> stop) { stops_.push_back(std::move(stop)); }
  void keep(Call call) { calls_.push_back(std::move(call)); }
  void keep(std::shared_ptr<const PortOne> client) { clients_.push_back(std::move(client)); }

  void cancel() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }

  DoctorReport report() {
    std::unique_lock lock(mutex_);
    const auto all = [this] {
      return cancelled_ || std::all_of(lines_.begin(), lines_.end(), [](const auto& line) { return line.has_value(); });
    };
    changed_.wait_for(lock, timeout_, all);
    DoctorReport report;
    report.at = bonin::to_string(Clock::system()->now());
    const auto seconds = std::to_string(std::max<std::int64_t>(1, timeout_.count() / 1'000));
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (!lines_[i]) {
        lines_[i] = bad(names_[i], seconds + "초 안에 답이 없습니다.", "no answer within " + seconds + " s");
      }
      report.lines.push_back(*lines_[i]);
    }
    return report;
  }

  bool cancelled() {
    const std::lock_guard lock(mutex_);
    return cancelled_;
  }

  /// Everything that still goes on. On the report's own thread.
  void end() {
    for (const auto& stop : stops_) stop();
    for (const auto& call : calls_) call.cancel();
    for (const auto& client : clients_) client->close();
  }

  Registry registry;

 private:
  const std::chrono::milliseconds timeout_;
  std::mutex mutex_;  // guards `lines_` and `cancelled_`
  std::condition_variable changed_;
  std::vector<std::optional<DoctorLine>> lines_;
  std::vector<std::string_view> names_;  // written before the report's thread begins
  std::vector<std::function<void()>> stops_;
  std::vector<Call> calls_;
  std::vector<std::shared_ptr<const PortOne>> clients_;
  bool cancelled_ = false;
};

/// What is asked of PortOne itself, and of the machine's way to it.
void look_at_portone(Examination& all, ConnectionOptions connection, std::chrono::milliseconds timeout) {
  auto found = credentials(connection);
  const char* const own = found.first == Api::v1 ? "https://api.iamport.kr" : "https://api.portone.io";
  auto checked = check_connection(connection, own);
  if (!checked) {
    const auto what = checked.error().what();
    const bool of_proxy = checked.error().parameter == "proxy";
    const std::string wrong = of_proxy ? "`proxy`" : "`BONIN_BASE_URL`";
    all.expect("portone")(bad("portone", "주소를 쓸 수 없습니다: " + what, what,
                              wrong + (of_proxy ? "를" : "을") + " 바로잡아 주세요.", "Correct " + wrong + "."));
  } else {
    const auto to = checked.value();
    if (to->trust) {
      all.expect("certificates")(certificates(connection));
    } else {
      all.expect("certificates")(
          well("certificates", "이 주소(http)에는 필요하지 않습니다.", "not needed: plain http to loopback"));
    }
    const auto host = to->proxy.empty() ? host_of(to->base_url) : place_of_proxy(to->proxy).host;
    all.look("names", [host] { return names(host); });
    auto portone = all.expect("portone"), clock = all.expect("clock");
    all.keep(reach(to, timeout, [portone, clock](DoctorLine reached, DoctorLine time) {
      portone(std::move(reached));
      clock(std::move(time));
    }));
  }
  if (found.clients.empty()) all.expect("credentials")(no_credentials());
  for (const auto& one : found.clients) {
    if (one.client) all.keep(one.client);
    all.keep(accepted(one, timeout, all.expect(one.name)));
  }
}

}  // namespace

std::string_view to_string(DoctorLine::State state) noexcept {
  if (state == DoctorLine::State::ok) return "ok";
  return state == DoctorLine::State::warning ? "warning" : "failed";
}

std::string DoctorReport::json() const {
  auto checks = nlohmann::ordered_json::array();
  for (const auto& line : lines) {
    checks.push_back({{"name", line.name},
                      {"state", to_string(line.state)},
                      {"ko", line.ko},
                      {"en", line.en},
                      {"next_ko", line.next_ko},
                      {"next_en", line.next_en}});
  }
  const nlohmann::ordered_json all{{"ok", ok()}, {"at", at}, {"checks", checks}};
  // A system's message may be in another encoding than UTF-8.
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Call doctor(DoctorOptions options, Callback<DoctorReport> done) {
  if (auto checked = check_timeout(options.timeout, "timeout_ms"); !checked) return done(checked.error()), Call{};
  auto& connection = options.connection;
  if (connection.base_url.empty()) connection.base_url = variable("BONIN_BASE_URL");
  const auto whole = std::exchange(options.timeout, options.timeout - options.timeout / 10);  // each ends before all do
  connection.timeout = options.timeout;
  auto all = std::make_shared<Examination>(whole);
  const Call call{std::weak_ptr<Call::State>(all)};
  all->expect("versions")(versions(options.host));
  all->expect("system")(system());
  look_at_portone(*all, connection, options.timeout);
  all->expect("proxy")(proxies(connection));
  all->keep(store(options, all->registry, all->expect("store")));
  all->expect("sandbox")(loopback());
  try {
    const platform::SignalsBlocked blocked;
    std::thread([all, done] {
      auto report = all->report();
      all->end();
      if (all->cancelled()) return done(make_error(ErrorKind::cancelled, "the call was cancelled"));
      done(std::move(report));
    }).detach();
  } catch (const std::system_error&) {
    done(all->report());
  }
  return call;
}

}  // namespace bonin
