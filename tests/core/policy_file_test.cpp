// Reloading a policy file from several threads.

#include "bonin/policy_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace {

using namespace bonin;

std::string document(const std::string& name) { return R"({"extends": "kr.work", "name": ")" + name + "\"}"; }

// The first reload is held within its reading by a pipe in place of the file, and ends last.
TEST(PolicyFile, OfReloadsAtOnceTheNewestWins) {
  const auto path = std::filesystem::temp_directory_path() / ("bonin-reload-" + std::to_string(::getpid()) + ".json");
  const auto write = [&](const std::string& text) {
    std::filesystem::remove(path);
    std::ofstream(path) << text;
  };
  write(document("at first"));
  const auto file = PolicyFile::open(path.string());
  ASSERT_TRUE(file.ok()) << file.error().what();

  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  bool older_ok = false;
  std::thread older([&] { older_ok = file.value()->reload().ok(); });
  int pipe = -1;
  while (pipe < 0) {  // opens once the reader has
    pipe = ::open(path.c_str(), O_WRONLY | O_NONBLOCK);
    std::this_thread::yield();
  }
  write(document("newer"));
  EXPECT_TRUE(file.value()->reload().ok());

  const auto text = document("older");
  EXPECT_EQ(::write(pipe, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(pipe);
  older.join();
  EXPECT_TRUE(older_ok);
  EXPECT_EQ(file.value()->policy().name(), "newer");

  write(document("newest"));
  ASSERT_TRUE(file.value()->reload().ok());
  EXPECT_EQ(file.value()->policy().name(), "newest");
  std::filesystem::remove(path);
}

}  // namespace
