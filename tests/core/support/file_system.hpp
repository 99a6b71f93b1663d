#pragma once
// A file system that is not there.

namespace bonin::test {

/// While it lives, statfs(2) tells this type of every path that there is.
class PretendedFileSystem {
 public:
  explicit PretendedFileSystem(unsigned long type) noexcept;
  PretendedFileSystem(const PretendedFileSystem&) = delete;
  PretendedFileSystem& operator=(const PretendedFileSystem&) = delete;
  ~PretendedFileSystem();
};

}  // namespace bonin::test
