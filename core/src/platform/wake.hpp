#pragma once
// A descriptor that another thread makes readable: an eventfd on Linux, a pipe on macOS.

namespace bonin::platform {

/// Readable from a ring until it is silenced. Neither call blocks. Thread-safe.
class Wake {
 public:
  /// Without a descriptor when the system has none left; errno tells why.
  Wake() noexcept;
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;
  ~Wake();

  /// What is watched for reading; -1: there is none.
  int descriptor() const noexcept { return reads_; }
  void ring() noexcept;
  void silence() noexcept;

 private:
  int reads_ = -1;
  int writes_ = -1;  // on Linux the same
};

}  // namespace bonin::platform
