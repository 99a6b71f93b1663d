#pragma once
// What a C++ contender measures and prints: one JSON line, the same as the Python and the Node contenders'.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

using Clock = std::chrono::steady_clock;

class Report {
 public:
  Report(const char* name, int concurrency) : name_(name), concurrency_(concurrency), latencies_(kept) {}

  void start() {
    verifications_ = 0;
    began_ = Clock::now();
    cpu_ = seconds(CLOCK_PROCESS_CPUTIME_ID);
    main_ = seconds(CLOCK_THREAD_CPUTIME_ID);
  }

  void add(Clock::time_point began) {
    latencies_[verifications_++ % kept] = std::chrono::duration<double>(Clock::now() - began).count();
  }

  void print() {
    const double wall = std::chrono::duration<double>(Clock::now() - began_).count();
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_;
    const double main = seconds(CLOCK_THREAD_CPUTIME_ID) - main_;
    const long rss = kilobytes("VmRSS:"), peak = kilobytes("VmHWM:");
    latencies_.resize(std::min(verifications_, kept));
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [&](double share) {
      return 1000 * latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"name\":\"%s\",\"concurrency\":%d,\"verifications\":%zu,\"seconds\":%.6f,\"cpu\":%.6f,\"main\":%.6f,"
        "\"p50_ms\":%.4f,\"p99_ms\":%.4f,\"rss_kb\":%ld,\"peak_kb\":%ld}\n",
        name_, concurrency_, verifications_, wall, cpu, main, at(0.5), at(0.99), rss, peak);
  }

 private:
  /// The latest so many latencies are kept, so that a long run needs no more memory than a short one.
  static constexpr std::size_t kept = 1 << 16;

  static double seconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  static long kilobytes(const char* field) {
    std::FILE* const status = std::fopen("/proc/self/status", "r");
    char line[256];
    long found = 0;
    while (status != nullptr && std::fgets(line, sizeof line, status) != nullptr) {
      if (std::strncmp(line, field, std::strlen(field)) == 0) std::sscanf(line + std::strlen(field), "%ld", &found);
    }
    if (status != nullptr) std::fclose(status);
    return found;
  }

  const char* name_;
  int concurrency_;
  Clock::time_point began_;
  double cpu_ = 0;
  double main_ = 0;
  std::size_t verifications_ = 0;
  std::vector<double> latencies_;
};
