// The end of a registry, and of the process's threads.

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <thread>

#include "registry/impl.hpp"
#include "registry/sqlite_store.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

TEST(RegistryLife, ClosedRefusesEverything) {
  const auto registry = open("sqlite::memory:");
  ASSERT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  registry.close();
  registry.close();
  EXPECT_EQ(claim(registry, verified("ci"), "a").error().kind, ErrorKind::closed);
  EXPECT_EQ(find(Registry(), verified("ci")).error().kind, ErrorKind::closed);
}

TEST(RegistryLife, LastHandleMayGoInItsOwnCallback) {
  Ending<Claim> ending;
  {
    auto registry = std::make_unique<Registry>(open("sqlite::memory:"));
    auto* raw = registry.get();
    raw->claim(verified("ci"), "a", {},
               [done = ending.callback(),
                last = std::make_shared<std::unique_ptr<Registry>>(std::move(registry))](Result<Claim> claim) mutable {
                 last.reset();
                 done(std::move(claim));
               });
  }
  EXPECT_EQ(said(ending.wait()), "created");
}

TEST(RegistryLife, ClosedWhileItStartsRunsNothing) {
  auto impl = std::make_shared<Registry::Impl>();
  Registry registry(impl);
  impl->ring = registry_detail::Keyring::create({pepper("one", 'a')}, {KeyKind::ci}).value();
  impl->engine_options.ring = impl->ring;
  impl->engine_options.clock = Clock::system();
  impl->engine_options.timeout = 20s;
  // The call has been let in, and is now making what it needs.
  impl->engine_options.make = [raw = impl.get()] {
    Registry(std::shared_ptr<Registry::Impl>(std::shared_ptr<void>(), raw)).close();
    return std::make_unique<registry_detail::SqliteStore>(":memory:", 20s, getpid());
  };
  EXPECT_EQ(said(claim(registry, verified("ci"), "a")), "error closed: the registry is closed");
}

TEST(RegistryLife, SignalsStayWithTheHostsThreads) {
  const auto registry = open("sqlite::memory:");
  const auto blocked = [] {
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, nullptr, &set);
    return sigismember(&set, SIGINT) == 1;
  };
  Ending<bool> ending;
  registry.claim(verified("ci"), "a", {}, [&, done = ending.callback()](Result<Claim>) { done(blocked()); });
  EXPECT_TRUE(ending.wait().value());
  EXPECT_FALSE(blocked());
}

TEST(RegistryLife, WhoeverClosesComesBackAfterTheLastCallback) {
  const auto registry = open("sqlite::memory:");
  std::atomic<bool> entered{false}, over{false};
  registry.claim(verified("ci"), "a", {}, [&](Result<Claim>) {
    entered = true;
    std::this_thread::sleep_for(100ms);
    over = true;
  });
  while (!entered) std::this_thread::yield();
  std::atomic<int> early{0};
  std::vector<std::thread> closers;
  for (int i = 0; i < 4; ++i) {
    closers.emplace_back([&] {
      registry.close();
      if (!over) ++early;
    });
  }
  for (auto& closer : closers) closer.join();
  EXPECT_EQ(early, 0);
}

TEST(RegistryLife, CallThatNothingWasDoneForIsNoSuccess) {
  Ending<Claim> ending;
  const auto answer =
      std::make_shared<registry_detail::Answer<Claim>>(nullptr, std::chrono::steady_clock::time_point::max(), true,
                                                       registry_detail::Pending::Counted{}, ending.callback());
  registry_detail::Task<Claim>(answer, {}, {}).settle();
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::internal);
}

/// In a worker: what it does holds for its whole process.
TEST(RegistryWorker, DISABLED_ShutsDown) {
  const auto before = open("sqlite::memory:");
  worker_line(said(claim(before, verified("ci"), "a")));
  const auto unused = open("sqlite::memory:");
  shutdown_registries();
  shutdown_registries();
  const auto after = open("sqlite::memory:");
  for (const auto* registry : {&before, &unused, &after}) {
    worker_line(std::string(claim(*registry, verified("ci"), "a").error().name()));
  }
#if !defined(__SANITIZE_THREAD__)  // which does not support threads in a forked child
  const pid_t child = fork();
  if (child == 0) {
    worker_line(said(claim(open("sqlite::memory:"), verified("ci"), "a")));
    _exit(0);
  }
  waitpid(child, nullptr, 0);
#else
  worker_line("created");
#endif
}

TEST(RegistryLife, NothingStartsAfterTheShutdown) {
  Worker worker("RegistryWorker.DISABLED_ShutsDown", {});
  EXPECT_EQ(worker.finish(), "created\nclosed\nclosed\nclosed\ncreated\n");
}

/// Says so when the thread ends that has met it.
struct Witness {
  std::atomic<bool>* ended;
  ~Witness() {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // as OpenSSL's own clean-up of a thread takes its time
    *ended = true;
  }
};

/// In a worker: a callback lets go of the last handle, so the registry's thread has nobody left who could join it.
TEST(RegistryWorker, DISABLED_LetsGoInACallback) {
  static std::atomic<bool> ended{false};
  Ending<bool> over;
  {
    auto registry = std::make_unique<Registry>(open("sqlite::memory:"));
    auto* raw = registry.get();
    raw->claim(verified("ci"), "a", {},
               [done = over.callback(),
                last = std::make_shared<std::unique_ptr<Registry>>(std::move(registry))](Result<Claim>) mutable {
                 static thread_local const Witness witness{&ended};
                 static_cast<void>(witness);
                 last.reset();
                 done(true);
               });
  }
  over.wait();
  shutdown_registries();
  worker_line(ended ? "the thread has ended" : "the thread still runs");
}

TEST(RegistryLife, TheShutdownWaitsForAThreadThatLetGoOfItself) {
  Worker worker("RegistryWorker.DISABLED_LetsGoInACallback", {});
  EXPECT_EQ(worker.finish(), "the thread has ended\n");
}

/// In a worker that may start no thread.
TEST(RegistryWorker, DISABLED_HasNoThreadLeft) {
  if (getuid() == 0 && setuid(65534) != 0) return;  // root is not held to the limit
  const auto registry = open("sqlite::memory:");
  rlimit limit{};
  getrlimit(RLIMIT_NPROC, &limit);
  const auto before = limit.rlim_cur;
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_NPROC, &limit);
  Ending<Claim> ending;
  registry.claim(verified("ci"), "a", {}, ending.callback());
  worker_line(said(ending.wait()));
  limit.rlim_cur = before;
  setrlimit(RLIMIT_NPROC, &limit);
  worker_line(said(claim(registry, verified("ci"), "a")));
  worker_line(std::to_string(ending.times()));
}

TEST(RegistryLife, WithoutAThreadACallEndsOnceAndTheNextTriesAgain) {
  Worker worker("RegistryWorker.DISABLED_HasNoThreadLeft", {});
  EXPECT_EQ(worker.finish(), "error store_unavailable: no thread can be started for the store\ncreated\n1\n");
}

}  // namespace
}  // namespace bonin::registry_test
