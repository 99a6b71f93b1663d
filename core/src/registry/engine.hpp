#pragma once
// The threads of a registry in one process, and what a fork does to them.

#include <functional>
#include <memory>

#include "registry/lane.hpp"

namespace bonin::registry_detail {

/// The lanes of a registry and a watch over the calls of all. Lanes to a server do everything: one of them is left to
/// look-ups, and one at most reads whole tables. A file of SQLite has one writer: a lane that writes and one that
/// reads, so that a look-up never waits for a disk, and one that reads whole tables, which no look-up waits for. A
/// store that has one connection only (in memory) has one lane.
class Engine {
 public:
  struct Options {
    StoreFactory make;
    bool one_writer = false;
    int connections = 1;
    bool database_time = false;
    bool takes_locks = false;      // in the database, one for each of what a call is about
    std::uint64_t lock_slots = 0;  // locks of the same remainder are one; 0: each is one
    std::shared_ptr<const Keyring> ring;
    std::shared_ptr<const Clock> clock;
    std::chrono::milliseconds timeout{};
  };
  static std::shared_ptr<Engine> start(const Options&);
  ~Engine() { stop(); }

  /// How long a call over whole tables may take.
  static constexpr std::chrono::hours long_limit{1};

  /// A call begins: its end is watched from now on. A call's own limit can only shorten the registry's.
  template <class T>
  std::shared_ptr<Answer<T>> begin(RegistryOperation operation, const CallOptions& call, Callback<T> done,
                                   bool whole_tables = false) {
    const std::chrono::milliseconds limit =
        whole_tables ? std::max<std::chrono::milliseconds>(timeout_, long_limit) : timeout_;
    const bool own_limit = !call.timeout || *call.timeout >= limit;
    const auto now = clock_->steady();
    const auto deadline = now + (own_limit ? limit : *call.timeout);
    tally_->began();
    auto answer = std::make_shared<Answer<T>>(watch_, deadline, own_limit, Pending::Counted{tally_, operation, now},
                                              std::move(done));
    watch_->add(answer);
    return answer;
  }
  /// A task of the registry itself, whose answer nobody waits for.
  std::shared_ptr<Answer<Done>> chore() const {
    return std::make_shared<Answer<Done>>(nullptr, clock_->steady() + timeout_, true, Pending::Counted{},
                                          [](const Result<Done>&) {});
  }

  /// Each takes a call, or fails it on the spot when the registry ends or is full.
  void read(std::unique_ptr<Job> job) { post(Work::read, std::move(job)); }
  void survey(std::unique_ptr<Job> job) { post(Work::survey, std::move(job)); }
  void write(std::unique_ptr<Job> job) { post(Work::write, std::move(job)); }
  void stop() noexcept;
  RegistryMetrics metrics() const noexcept { return tally_->metrics(); }

  /// All engines of this process, those to come included.
  static void stop_all() noexcept;

 private:
  explicit Engine(const Options& options)
      : clock_(options.clock),
        timeout_(options.timeout),
        watch_(std::make_shared<Watch>(options.clock)),
        tally_(std::make_shared<Tally>(options.clock)),
        waiting_(std::make_shared<Waiting>(
            Waiting::Options{options.connections, options.takes_locks, options.lock_slots}, tally_)) {}

  void post(Work work, std::unique_ptr<Job> job);
  void start_another(Work work);

  const std::shared_ptr<const Clock> clock_;
  const std::chrono::milliseconds timeout_;
  const std::shared_ptr<Watch> watch_;
  const std::shared_ptr<Tally> tally_;
  const std::shared_ptr<Waiting> waiting_;
  std::vector<std::shared_ptr<Lane>> lanes_;  // no other one comes once the engine has started
};

}  // namespace bonin::registry_detail
