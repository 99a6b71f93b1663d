// Records of decisions: what is written, and what becomes of a disk that fails.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "bonin/bonin.hpp"
#include "record_file.hpp"
#include "support/directory.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"
#include "support/sanitizer.hpp"
#include "verifier_tally.hpp"

namespace bonin {
namespace {

using Json = nlohmann::json;
using registry_test::Directory;
using registry_test::MovableClock;
using test::Ending;
using test::observed;
using test::thread_sanitizer;

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

class VerifierRecords : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "bonin-records-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    path_ = directory_ + "/decisions.jsonl";
  }
  void TearDown() override {
    RecordFile::end_all();  // threads that were let go may still tell of the disk
    std::filesystem::remove_all(directory_);
  }

  std::shared_ptr<RecordFile> file(RecordFile::Write write = {}) {
    return RecordFile::open({path_,
                             [this](LogEvent event) {
                               const std::lock_guard lock(mutex_);
                               events_.push_back(std::move(event));
                             },
                             std::move(write)})
        .value();
  }
  /// Writes a line and waits for its answer.
  static void write(RecordFile& file, const std::string& line) {
    const auto answered = std::make_shared<std::promise<void>>();
    file.write(line, [answered] { answered->set_value(); });
    answered->get_future().wait();
  }
  std::vector<std::string> events() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& event : events_) {
      std::string text = std::string(event.area) + "." + std::string(event.name);
      for (const auto& field : event.fields) {
        if (const auto* word = std::get_if<std::string_view>(&field.value)) text += " " + std::string(*word);
      }
      names.push_back(text);
    }
    return names;
  }

  std::string directory_, path_;
  std::mutex mutex_;  // guards events_
  std::vector<LogEvent> events_;
};

TEST_F(VerifierRecords, ADecisionIsAnsweredWhenItsLineIsInTheFile) {
  const auto clock = std::make_shared<MovableClock>();
  const auto portone = std::make_shared<Directory>(clock);
  auto made = Verifier::create({.portone = portone,
                                .policy = Policy::parse(R"({"name": "p", "rules": [{"has": "ci"}]})").value(),
                                .clock = clock,
                                .records = path_});
  ASSERT_TRUE(made) << made.error().what();
  const auto& verifier = made.value();
  portone->add("ci-1", "di-1", "iv-1");
  auto test_channel = *portone->at("iv-1");
  test_channel.id = "iv-2";
  test_channel.channel.type = ChannelType::test;
  test_channel.provider = "x y <script>";
  portone->add(test_channel);
  for (const char* id : {"iv-1", "iv-2"}) {
    Ending<Decision> ending;
    verifier.verify(id, {}, ending.callback());
    const auto& decision = ending.wait();
    ASSERT_TRUE(decision);
    const auto lines = lines_of(path_);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.back(), decision.value().record());
    EXPECT_EQ(ending.times(), 1);
  }
  ASSERT_EQ(lines_of(path_).size(), 2U);
  const auto record = Json::parse(lines_of(path_)[1]);
  EXPECT_EQ(record["provider"], "not a name");
  EXPECT_EQ(record["channel"], "test");
  EXPECT_EQ(record["status"], "verified");
  const auto metrics = verifier.metrics();
  EXPECT_EQ(metrics.records_written, 2U);
  EXPECT_EQ(metrics.records_waiting + metrics.records_lost, 0U);
  ASSERT_EQ(metrics.decisions.size(), 2U);
  EXPECT_EQ(metrics.decisions[0].provider, "DANAL");
  EXPECT_EQ(metrics.decisions[0].allowed, 1U);
  ASSERT_EQ(metrics.denials.size(), 1U);
  EXPECT_EQ(metrics.denials[0].rule + ":" + metrics.denials[0].reason, "channel:test_channel");
  struct stat entry {};
  ASSERT_EQ(::stat(path_.c_str(), &entry), 0);
  EXPECT_EQ(entry.st_mode & 07U, 0U) << "others read nothing";
}

TEST_F(VerifierRecords, ADenialWithoutARequestIsWaitedForByADrain) {
  PortOneV2::Options options;
  options.api_secret = Secret("s");
  const auto verifier = Verifier::create({.portone = PortOneV2::create(std::move(options)).value(),
                                          .policy = Policy::parse(R"({"name": "p", "rules": [{"has": "ci"}]})").value(),
                                          .records = path_})
                            .value();
  std::promise<void> returned;
  const Ending<std::int64_t> drained;
  std::promise<bool> waits;
  verifier.verify("forged", {.subject = "s", .begun = true}, [&](const Result<Decision>& decision) {
    EXPECT_TRUE(decision && !decision.value().allowed());
    returned.get_future().wait();
    verifier.drain(std::chrono::seconds(60), drained.callback());
    waits.set_value(!drained.ended());
  });
  returned.set_value();
  EXPECT_TRUE(waits.get_future().get()) << "this call has not been answered yet";
  EXPECT_EQ(drained.wait().value(), 0);
}

TEST_F(VerifierRecords, NobodyIsAnsweredWhileTheLineIsNotWritten) {
  std::promise<void> go;
  const auto released = go.get_future().share();
  const auto records = file([released](int descriptor, const char* bytes, std::size_t size) -> long {
    released.wait();
    return ::write(descriptor, bytes, size);
  });
  const auto answered = std::make_shared<std::atomic<bool>>(false);
  records->write("1", [answered] { *answered = true; });
  EXPECT_FALSE(*answered);
  go.set_value();
  write(*records, "2");
  EXPECT_TRUE(*answered) << "in their order";
  EXPECT_EQ(lines_of(path_), (std::vector<std::string>{"1", "2"}));
}

TEST_F(VerifierRecords, AFileThatCannotBeWrittenIsRefusedAtTheStart) {
  ASSERT_TRUE(RecordFile::open({path_}));
  EXPECT_FALSE(std::filesystem::exists(path_)) << "whoever checks the settings makes no file";
  path_ = directory_ + "/missing/decisions.jsonl";
  const auto refused = RecordFile::open({path_});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(refused.error().parameter, "records");
  EXPECT_NE(refused.error().message.find(path_ + "` cannot be written: No such file"), std::string::npos)
      << refused.error().message;
}

TEST_F(VerifierRecords, AFileThatWasMovedIsMadeAnew) {
  const auto records = file();
  write(*records, "1");
  std::filesystem::rename(path_, path_ + ".1");
  write(*records, "2");
  std::filesystem::remove(path_);
  write(*records, "3");
  EXPECT_EQ(lines_of(path_ + ".1"), std::vector<std::string>{"1"});
  EXPECT_EQ(lines_of(path_), std::vector<std::string>{"3"});
}

TEST_F(VerifierRecords, AFullDiskKeepsNobodyBackAndLosesNothing) {
  // The disk takes one whole line and half of the next, then nothing until it has room again.
  std::atomic<long> room{6};
  const auto records = file([&room](int descriptor, const char* bytes, std::size_t size) -> long {
    const long part = std::min(static_cast<long>(size), room.load());
    if (part == 0) return errno = ENOSPC, -1;
    room -= part;
    return ::write(descriptor, bytes, static_cast<std::size_t>(part));
  });
  write(*records, "one");
  write(*records, "two");
  write(*records, "three");
  EXPECT_EQ(records->counts().waiting, 2U);
  EXPECT_EQ(records->counts().written, 1U);
  room = 1'000;
  std::atomic<bool> answered{false};
  records->write("four", [&answered] { answered = true; });
  EXPECT_TRUE(answered) << "while it fails nobody waits";
  while (records->counts().waiting > 0) std::this_thread::yield();
  EXPECT_EQ(lines_of(path_), (std::vector<std::string>{"one", "tw", "two", "three", "four"}));
  EXPECT_EQ(records->counts().lost, 0U);
  while (events().size() < 2) std::this_thread::yield();
  EXPECT_EQ(events(), (std::vector<std::string>{"records.failed disk_full", "records.recovered"}));
  observed(88, "decisions are answered, lines wait and are written later");
}

TEST_F(VerifierRecords, LinesThatHaveNoRoomToWaitAreCounted) {
  const auto records = file([](int, const char*, std::size_t) -> long { return errno = EIO, -1; });
  for (std::size_t i = 0; i < RecordFile::most_waiting; ++i) write(*records, "x");
  EXPECT_EQ(records->counts().lost, 0U);
  write(*records, "x");
  EXPECT_EQ(records->counts().lost, 1U);
  EXPECT_EQ(records->counts().waiting, RecordFile::most_waiting);
}

TEST_F(VerifierRecords, ASilentDiskKeepsNobodyBackForEver) {
  std::mutex mutex;
  std::condition_variable changed;
  bool released = false;
  {
    const auto records = file([&](int descriptor, const char* bytes, std::size_t size) -> long {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return released; });
      return ::write(descriptor, bytes, size);
    });
    write(*records, "1");  // returns when the patience is over
    std::atomic<bool> answered{false};
    records->write("2", [&answered] { answered = true; });
    EXPECT_TRUE(answered) << "the next one does not wait";
    EXPECT_EQ(records->counts().waiting, 2U);
  }  // nobody waits for the disk here either
  EXPECT_TRUE(lines_of(path_).empty());
  {
    const std::lock_guard lock(mutex);
    released = true;
  }
  changed.notify_all();
  RecordFile::end_all();  // which waits for those that were let go
  EXPECT_EQ(lines_of(path_), (std::vector<std::string>{"1", "2"}));
  observed(88, "a silent disk holds no decision back");
}

TEST_F(VerifierRecords, ProcessesAndThreadsWriteWholeLines) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  constexpr int processes = 4, threads = 3, each = 200;
  const auto records = file();
  write(*records, std::string(200, 'p'));
  std::vector<pid_t> children;
  for (int p = 0; p < processes; ++p) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    alarm(60);
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) write(*records, std::string(200, static_cast<char>('a' + p * threads + t)));
      });
    }
    for (auto& one : all) one.join();
    _exit(records->counts().written == threads * each ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto lines = lines_of(path_);
  EXPECT_EQ(lines.size(), 1U + processes * threads * each);
  for (const auto& line : lines) EXPECT_EQ(line, std::string(200, line[0]));
  EXPECT_EQ(records->counts().written, 1U) << "a child counts its own";
}

TEST_F(VerifierRecords, APipeWithoutAReaderIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(RecordFile::open({path_}));
}

TEST(VerifierTally, LabelsAreBounded) {
  const auto now = Clock::system()->now();
  VerifierTally tally;
  const auto policy = Policy::parse(R"({"name": "p", "rules": [{"has": "ci"}]})").value();
  for (int i = 0; i < 40; ++i) {
    auto one = std::make_shared<Verification>(registry_test::verified("ci-1", "di-1", "iv-1"));
    one->provider = "P" + std::to_string(i);
    tally.ended(policy.evaluate(one, now));
  }
  tally.ended(make_error(ErrorKind::timed_out, "x"));
  const auto metrics = tally.metrics();
  EXPECT_EQ(metrics.decisions.size(), VerifierTally::most_providers + 1);
  std::uint64_t all = 0;
  for (const auto& one : metrics.decisions) all += one.allowed + one.denied;
  EXPECT_EQ(all, 40U);
  EXPECT_EQ(metrics.failed[static_cast<std::size_t>(ErrorKind::timed_out)], 1U);
}

}  // namespace
}  // namespace bonin
