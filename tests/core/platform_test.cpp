// What differs between systems. The same holds on each.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/file_system.hpp"
#include "platform/poll.hpp"
#include "platform/program.hpp"
#include "platform/signals.hpp"
#include "platform/socket.hpp"
#include "platform/wake.hpp"
#include "support/descriptors.hpp"
#include "support/file_system.hpp"
#include "support/sanitizer.hpp"

namespace bonin::platform {
namespace {

using namespace std::chrono_literals;

/// Two sockets, each the other's peer.
class Pair {
 public:
  Pair() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0);
    for (const int end : ends_) fcntl(end, F_SETFL, O_NONBLOCK);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    close(ends_[0]);
    close_peer();
  }

  int end() const { return ends_[0]; }
  void send() const { EXPECT_EQ(write(ends_[1], "x", 1), 1); }
  void receive() const {
    char one = 0;
    EXPECT_EQ(read(ends_[0], &one, 1), 1);
  }
  void close_peer() {
    if (const int peer = std::exchange(ends_[1], -1); peer >= 0) close(peer);
  }
  /// Until nothing more can be written.
  void fill() const {
    const std::string much(1 << 16, 'x');
    while (write(ends_[0], much.data(), much.size()) > 0) {
    }
  }

 private:
  std::array<int, 2> ends_{};
};

/// What is ready of one descriptor: "in", "out", "in out" or nothing.
std::string ready(Poll& poll, int descriptor, std::optional<std::chrono::milliseconds> longest = 0ms) {
  bool in = false, out = false;
  for (const auto& event : poll.wait(longest)) {
    if (event.descriptor != descriptor) return "another descriptor";
    in = in || event.in;
    out = out || event.out;
  }
  return std::string(in ? "in" : "") + (in && out ? " " : "") + (out ? "out" : "");
}

TEST(PlatformPoll, TellsWhatIsReadyUntilItIsRead) {
  const Pair pair;
  const auto poll = Poll::make();
  ASSERT_EQ(poll->add(pair.end(), {.in = true}), 0);
  EXPECT_EQ(ready(*poll, pair.end()), "");
  pair.send();
  EXPECT_EQ(ready(*poll, pair.end(), std::nullopt), "in");
  EXPECT_EQ(ready(*poll, pair.end(), 10s), "in");
  pair.receive();
  EXPECT_EQ(ready(*poll, pair.end()), "");
}

TEST(PlatformPoll, WatchesForWhatItIsToldLast) {
  const Pair pair;
  pair.send();
  const auto poll = Poll::make();
  ASSERT_EQ(poll->add(pair.end(), {.in = true}), 0);
  EXPECT_EQ(ready(*poll, pair.end()), "in");
  ASSERT_EQ(poll->change(pair.end(), {.out = true}), 0);
  EXPECT_EQ(ready(*poll, pair.end()), "out");
  ASSERT_EQ(poll->change(pair.end(), {.in = true, .out = true}), 0);
  EXPECT_EQ(ready(*poll, pair.end()), "in out");
  pair.fill();
  EXPECT_EQ(ready(*poll, pair.end()), "in");
  ASSERT_EQ(poll->change(pair.end(), {}), 0);
  EXPECT_EQ(ready(*poll, pair.end()), "");
}

TEST(PlatformPoll, WatchesNoMoreWhatIsRemoved) {
  const Pair pair;
  pair.send();
  const auto poll = Poll::make();
  ASSERT_EQ(poll->add(pair.end(), {.in = true, .out = true}), 0);
  poll->remove(pair.end());
  EXPECT_EQ(ready(*poll, pair.end()), "");
  poll->remove(pair.end());
  ASSERT_EQ(poll->add(pair.end(), {.in = true}), 0);
  EXPECT_EQ(ready(*poll, pair.end()), "in");
}

TEST(PlatformPoll, ForgetsByItselfWhatIsClosed) {
  const auto poll = Poll::make();
  int closed = -1;
  {
    const Pair pair;
    pair.send();
    closed = pair.end();
    ASSERT_EQ(poll->add(closed, {.in = true, .out = true}), 0);
  }
  EXPECT_EQ(ready(*poll, closed), "");
  poll->remove(closed);
  // Whoever gets the number next is somebody new.
  const Pair next;
  next.send();
  ASSERT_EQ(next.end(), closed);
  ASSERT_EQ(poll->add(next.end(), {.in = true}), 0);
  EXPECT_EQ(ready(*poll, next.end()), "in");
}

TEST(PlatformPoll, AnEndIsReadable) {
  Pair pair;
  const auto poll = Poll::make();
  ASSERT_EQ(poll->add(pair.end(), {.in = true}), 0);
  pair.close_peer();
  EXPECT_EQ(ready(*poll, pair.end(), std::nullopt), "in");
}

TEST(PlatformPoll, AConnectionThatFailsIsTold) {
  const int server = open_socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(server, reinterpret_cast<sockaddr*>(&address), size), 0);  // and does not listen
  ASSERT_EQ(getsockname(server, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const int client = open_socket(AF_INET, SOCK_STREAM, 0);
  fcntl(client, F_SETFL, O_NONBLOCK);
  ASSERT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), size), -1);
  const auto poll = Poll::make();
  ASSERT_EQ(poll->add(client, {.out = true}), 0);
  const auto events = poll->wait(std::nullopt);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].out || events[0].error);
  close(client);
  close(server);
}

TEST(PlatformPoll, WhatCannotBeWatchedIsSaid) {
  const auto poll = Poll::make();
  EXPECT_EQ(poll->add(-1, {.in = true}), EBADF);
  EXPECT_EQ(poll->add(-1, {.out = true}), EBADF);
  EXPECT_EQ(ready(*poll, -1), "");
}

TEST(PlatformPoll, ManyDescriptorsAtOnceAreAllTold) {
  std::vector<Pair> pairs(300);  // more than one wait tells
  const auto poll = Poll::make();
  for (const auto& pair : pairs) {
    pair.send();
    ASSERT_EQ(poll->add(pair.end(), {.in = true}), 0);
  }
  std::size_t told = 0;
  while (told < pairs.size()) {
    const auto events = poll->wait(std::nullopt);
    told += events.size();
    for (const auto& event : events) {
      char one = 0;
      EXPECT_EQ(read(event.descriptor, &one, 1), 1);
    }
  }
  EXPECT_TRUE(poll->wait(0ms).empty());
}

TEST(PlatformPoll, ARingEndsAWait) {
  const auto poll = Poll::make();
  for (int i = 0; i < 100; ++i) {
    std::thread other([&] { poll->ring(); });
    EXPECT_TRUE(poll->wait(std::nullopt).empty());
    other.join();
  }
}

TEST(PlatformPoll, ARingBeforeAWaitIsNotLostAndNoneIsTooMany) {
  const auto poll = Poll::make();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100'000; ++i) poll->ring();
    EXPECT_TRUE(poll->wait(std::nullopt).empty());
  }
}

TEST(PlatformPoll, ARingDoesNotHideWhatIsReady) {
  const Pair pair;
  const auto poll = Poll::make();
  ASSERT_EQ(poll->add(pair.end(), {.in = true}), 0);
  pair.send();
  poll->ring();
  EXPECT_EQ(ready(*poll, pair.end(), std::nullopt), "in");
}

TEST(Platform, WithoutADescriptorNothingIsMade) {
  if (test::address_sanitizer) GTEST_SKIP() << "UndefinedBehaviorSanitizer wants a descriptor to look at an object";
  const test::NoDescriptorLeft none;
  EXPECT_EQ(Poll::make(), nullptr);
  const Wake wake;
  EXPECT_EQ(errno, EMFILE);
  EXPECT_EQ(wake.descriptor(), -1);
  EXPECT_EQ(open_socket(AF_INET, SOCK_STREAM, 0), -1);
  EXPECT_EQ(errno, EMFILE);
}

bool readable(const Wake& wake) {
  pollfd watched{wake.descriptor(), POLLIN, 0};
  return ::poll(&watched, 1, 0) == 1;
}

TEST(PlatformWake, IsReadableFromARingUntilItIsSilenced) {
  Wake wake;
  EXPECT_FALSE(readable(wake));
  wake.silence();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100'000; ++i) wake.ring();
    EXPECT_TRUE(readable(wake));
    wake.silence();
    EXPECT_FALSE(readable(wake));
  }
}

TEST(Platform, NoProgramThatIsStartedGetsADescriptor) {
  const Wake wake;
  const int socket = open_socket(AF_INET, SOCK_STREAM, 0);
  for (const int descriptor : {wake.descriptor(), socket}) {
    EXPECT_NE(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);
  }
  close(socket);
}

bool blocks(int signal) {
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  return sigismember(&blocked, signal) == 1;
}

TEST(PlatformSignals, AreNotForAThreadThatIsStartedMeanwhile) {
  {
    const SignalsBlocked blocked;
    std::thread([] {
      for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGCHLD}) EXPECT_TRUE(blocks(signal)) << signal;
    }).join();
  }
  std::thread([] { EXPECT_FALSE(blocks(SIGINT)); }).join();
}

TEST(PlatformProgram, HasAFile) {
  EXPECT_EQ(std::filesystem::path(path_of_program()).filename(), "bonin_platform_tests");
}

TEST(PlatformFileSystem, IsSharedOrNot) {
  const std::vector<std::pair<unsigned long, std::string>> types{
      {0x6969, "nfs"},        {0xff534d42, "smb"},  {0xfe534d42, "smb"},    {0x517b, "smb"},
      {0x01021997, "9p"},     {0x65735546, "fuse"}, {0x00c36400, "ceph"},   {0x0bd00bd0, "lustre"},
      {0x5346414f, "afs"},    {0x6b414653, "afs"},  {0x73757245, "coda"},   {0x01161970, "gfs2"},
      {0x7461636f, "ocfs2"},  {0x47504653, "gpfs"}, {0x19830326, "beegfs"}, {0x786f4256, "vboxsf"},
      {0xbacbacbc, "vmhgfs"}, {0xef53, ""},         {0x58465342, ""},       {0x01021994, ""},
      {0x794c7630, ""},       {0x9123683e, ""}};
  for (const auto& [type, name] : types) {
    const test::PretendedFileSystem pretended(type);
    EXPECT_EQ(shared_file_system_of("/"), name);
    EXPECT_EQ(shared_file_system_of("/nowhere/at/all"), std::nullopt);
  }
  EXPECT_TRUE(shared_file_system_of("/"));
}

}  // namespace
}  // namespace bonin::platform
