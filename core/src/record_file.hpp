#pragma once
// The records of decisions, a line each, in a file that the system's tools rotate.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bonin/health.hpp"
#include "bonin/result.hpp"
#include "model/per_process.hpp"

namespace bonin {

/// Appends whole lines, on a thread of its own, and answers each decision when its line is written. A file that cannot
/// be written keeps no decision back for longer than `patience`, and the lines wait, as many as there is room for.
/// Several processes may write to one file. A file that was moved or removed is made anew at the next line.
/// Thread-safety: every method, any thread. A forked child has a thread, a descriptor and lines of its own.
class RecordFile {
 public:
  static constexpr std::chrono::milliseconds patience{1'000};
  static constexpr std::size_t most_waiting = 10'000;

  /// As write(2). Tests put a disk in its place that is full or silent.
  using Write = std::function<long(int descriptor, const char* bytes, std::size_t size)>;
  struct Options {
    std::string path;
    std::function<void(LogEvent)> tell{};  // when it begins to fail, and when it is over
    Write write{};
  };
  struct Counts {
    std::uint64_t written = 0, waiting = 0, lost = 0;
  };

  /// Sees whether the file can be written, and does not make it: ErrorKind::invalid_argument, parameter `records`.
  static Result<std::shared_ptr<RecordFile>> open(Options options);
  explicit RecordFile(Options options) : options_(std::make_shared<const Options>(std::move(options))) {}
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;
  /// Waits for nothing. What waits is tried once more, on the writing thread, which ends then.
  ~RecordFile();

  /// `line`: without its end. `answer` runs once, on the writing thread, on the I/O thread, or here.
  void write(std::string line, std::function<void()> answer);
  Counts counts() const;

  /// The process is ending: what waits in any file is written, for at most two seconds, and every decision answered.
  static void end_all() noexcept;

  class Writer;

 private:
  std::shared_ptr<const Options> options_;
  PerProcess<Writer> writers_;
};

}  // namespace bonin
