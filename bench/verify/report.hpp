#pragma once
// What a C++ contender measures and prints: one JSON line, the same as the Python and the Node contenders'.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <vector>

using Clock = std::chrono::steady_clock;

class Report {
 public:
  Report(const char* name, int concurrency) : name_(name), concurrency_(concurrency) {}

  void start() {
    latencies_.clear();
    began_ = Clock::now();
    cpu_ = seconds(CLOCK_PROCESS_CPUTIME_ID);
    main_ = seconds(CLOCK_THREAD_CPUTIME_ID);
  }

  void add(Clock::time_point began) {
    latencies_.push_back(std::chrono::duration<double>(Clock::now() - began).count());
  }

  void print() {
    const double wall = std::chrono::duration<double>(Clock::now() - began_).count();
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_;
    const double main = seconds(CLOCK_THREAD_CPUTIME_ID) - main_;
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [&](double share) {
      return 1000 * latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"name\":\"%s\",\"concurrency\":%d,\"verifications\":%zu,\"seconds\":%.6f,\"cpu\":%.6f,\"main\":%.6f,"
        "\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n",
        name_, concurrency_, latencies_.size(), wall, cpu, main, at(0.5), at(0.99));
  }

 private:
  static double seconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  const char* name_;
  int concurrency_;
  Clock::time_point began_;
  double cpu_ = 0;
  double main_ = 0;
  std::vector<double> latencies_;
};
