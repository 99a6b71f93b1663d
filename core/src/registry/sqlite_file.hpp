#pragma once
// The file of a SQLite store: where it may lie, and who may read it.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "bonin/result.hpp"
#include "platform/file_system.hpp"

namespace bonin::registry_detail {

using platform::FileState;
using platform::state_of;

/// The file that a registry has opened first. Its stores share one, and none of them takes another file for it.
struct KnownFile {
  std::atomic<bool> opened{false};  // written after `file`, which does not change then
  FileState file;
  std::atomic<std::int64_t> persons{0};  // the highest number of a person that was seen in it
  std::atomic<bool> set_back{false};     // it was seen with fewer

  void met(std::int64_t person) noexcept {
    for (auto highest = persons.load(); person > highest && !persons.compare_exchange_weak(highest, person);) continue;
  }
};

/// Does the path lie on a file system that nobody can write to?
bool on_read_only_file_system(const std::string& path);

/// Refuses a file system whose locks or shared memory SQLite's log cannot rely on.
std::optional<Error> check_file_system(const std::string& path);

/// Makes the file unless it is there, for its owner only whatever the umask is.
void create_private(const std::string& path);

/// Takes everybody else's rights from the file, its log and its shared memory, or says why that cannot be done. By
/// name: closing a descriptor of an open store would drop the locks that this process holds on it.
std::optional<Error> keep_private(const std::string& path);

}  // namespace bonin::registry_detail
