#pragma once
// Persons, stores and waiting, for the suites of the registry.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bonin/registry.hpp"
#include "support/ending.hpp"

namespace bonin::registry_test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Outcome = Claim::Outcome;
using test::Ending;

/// A wall clock that moves when told to. Deadlines are counted on the machine's own.
class MovableClock final : public Clock {
 public:
  Moment now() const noexcept override { return Moment{milliseconds(1'790'000'000'000 + moved_.load())}; }
  std::chrono::steady_clock::time_point steady() const noexcept override { return std::chrono::steady_clock::now(); }
  void advance(milliseconds by) { moved_ += by.count(); }

 private:
  std::atomic<std::int64_t> moved_{0};
};

/// A directory that goes when the test does.
class TempDir {
 public:
  TempDir() {
    char name[] = "/tmp/bonin-registry-XXXXXX";
    if (mkdtemp(name) == nullptr) std::abort();
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    if (owner_ == getpid()) std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  pid_t owner_ = getpid();
};

inline Pepper pepper(const std::string& id, char fill) { return {id, Secret(std::string(32, fill))}; }

/// A verification of somebody: an empty CI or DI is absent.
inline Verification verified(const std::string& ci, const std::string& di = "", const std::string& id = "id-1") {
  Verification v;
  v.id = id;
  v.status = Status::verified;
  v.provider = "DANAL";
  v.channel.type = ChannelType::live;
  v.channel.pg_merchant_id = "merchant-1";
  if (!ci.empty()) v.person.ci = {ci, Attestation::attested};
  if (!di.empty()) v.person.di = {di, Attestation::attested};
  return v;
}

/// Calls and waits.
template <class T, class Ask>
Result<T> wait_for(Ask ask) {
  Ending<T> ending;
  ask(ending.callback());
  return ending.wait();
}

inline Result<Claim> claim(const Registry& r, const Verification& v, const std::string& account,
                           const std::string& subject = "") {
  return wait_for<Claim>([&](auto done) { r.try_claim(v, account, {subject}, done); });
}
inline Result<std::optional<std::string>> find(const Registry& r, const Verification& v) {
  return wait_for<std::optional<std::string>>([&](auto done) { r.find(v, done); });
}
inline Result<bool> match(const Registry& r, const Verification& v, const std::string& account) {
  return wait_for<bool>([&](auto done) { r.match(v, account, done); });
}
inline Result<bool> release(const Registry& r, const std::string& account, milliseconds rejoin_after) {
  return wait_for<bool>([&](auto done) { r.release(account, rejoin_after, done); });
}
inline Result<bool> forget(const Registry& r, const std::string& account) {
  return wait_for<bool>([&](auto done) { r.forget(account, done); });
}
inline Result<Done> ban(const Registry& r, const Who& who, std::optional<Moment> until = {},
                        const std::string& reason = "abuse") {
  return wait_for<Done>([&](auto done) { r.ban(who, until, reason, done); });
}
inline Result<bool> unban(const Registry& r, const Who& who) {
  return wait_for<bool>([&](auto done) { r.unban(who, done); });
}
inline Result<Standing::Use> consume(const Registry& r, const std::string& id, const std::string& subject) {
  return wait_for<Standing::Use>([&](auto done) { r.consume(id, subject, done); });
}
inline Result<Standing> standing(const Registry& r, const Verification& v, const std::string& subject) {
  return wait_for<Standing>([&](auto done) { r.standing(v, subject, done); });
}
inline Result<Admission> admit(const Registry& r, const Verification& v, const std::string& subject,
                               Registry::AdmitOptions options = {true, true}) {
  return wait_for<Admission>([&](auto done) { r.admit(v, subject, options, done); });
}
inline Result<Reserved> reserve(const Registry& r, const Verification& v, const std::string& subject) {
  return wait_for<Reserved>([&](auto done) { r.reserve(v, subject, done); });
}
inline Result<Claim> commit(const Registry& r, const std::string& reservation, const std::string& account) {
  return wait_for<Claim>([&](auto done) { r.try_commit(reservation, account, done); });
}
inline Result<bool> cancel(const Registry& r, const std::string& reservation) {
  return wait_for<bool>([&](auto done) { r.cancel(reservation, done); });
}
inline Result<Counts> count(const Registry& r) {
  return wait_for<Counts>([&](auto done) { r.count(done); });
}
inline Result<std::vector<PepperCount>> rotate(const Registry& r) {
  return wait_for<std::vector<PepperCount>>([&](auto done) { r.rotate(done); });
}
inline Result<PersonPage> export_page(const Registry& r, std::int64_t after = 0, int limit = 1000) {
  return wait_for<PersonPage>([&](auto done) { r.export_page(after, limit, done); });
}

/// "created", "taken other_account", or an error: one text to compare.
inline std::string said(const Result<Claim>& claim) {
  if (!claim) return "error " + std::string(claim.error().name()) + ": " + claim.error().message;
  std::string text(to_string(claim->outcome));
  if (!claim->reason.empty()) text += " " + std::string(claim->reason);
  return text;
}

struct Settings {
  std::vector<Pepper> peppers{pepper("one", 'a')};
  std::shared_ptr<MovableClock> clock = std::make_shared<MovableClock>();
  milliseconds timeout = 20s;
};
inline Registry open(const std::string& store, const Settings& setup = {}) {
  Registry::Options options;
  options.store = store;
  options.peppers = setup.peppers;
  options.clock = setup.clock;
  options.timeout = setup.timeout;
  auto registry = Registry::create(std::move(options));
  EXPECT_TRUE(registry) << registry.error().what();
  return registry.value();
}

/// A setting from the environment, as a worker gets it.
inline std::string worker_setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Another process that runs one disabled test of this program with a setting in its environment.
class Worker {
 public:
  Worker(const std::string& test, const std::vector<std::pair<std::string, std::string>>& environment) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    std::vector<std::string> settings;
    for (char** e = environ; *e != nullptr; ++e) settings.emplace_back(*e);
    for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
    settings.push_back("BONIN_WORKER_FD=" + std::to_string(ends[1]));
    std::vector<std::string> words{"/proc/self/exe", "--gtest_filter=" + test, "--gtest_also_run_disabled_tests",
                                   "--gtest_brief=1"};
    std::vector<char*> arguments, variables;
    for (auto& word : words) arguments.push_back(word.data());
    for (auto& setting : settings) variables.push_back(setting.data());
    arguments.push_back(nullptr);
    variables.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      // What a worker prints is no result of this test.
      const int nowhere = ::open("/dev/null", O_WRONLY);
      if (worker_setting("BONIN_WORKER_LOUD").empty()) ::dup2(nowhere, 1);
      execve("/proc/self/exe", arguments.data(), variables.data());
      _exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  Worker(Worker&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), output_(std::exchange(other.output_, -1)), status_(other.status_) {}
  ~Worker() {
    if (pid_ > 0) {
      kill();
      finish();
    }
    if (output_ >= 0) ::close(output_);
  }

  void kill() const { ::kill(pid_, SIGKILL); }
  /// Waits for its end; everything it wrote to `worker_output()`.
  std::string finish() {
    std::string text;
    char buffer[65536];
    for (ssize_t n; (n = ::read(output_, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<size_t>(n));
    if (pid_ > 0) waitpid(std::exchange(pid_, -1), &status_, 0);
    return text;
  }
  /// One line, while it runs.
  std::string line() {
    std::string text;
    for (char c; ::read(output_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  bool clean() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  int status_ = -1;
};

/// Inside a worker: where its lines go.
inline void worker_line(const std::string& line) {
  static const int fd = std::atoi(worker_setting("BONIN_WORKER_FD").c_str());
  const std::string text = line + "\n";
  if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
}

}  // namespace bonin::registry_test
