#include "registry/sqlite_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace bonin::registry_detail {
namespace {

Error unavailable(std::string message) { return make_error(ErrorKind::store_unavailable, std::move(message)); }

}  // namespace

bool on_read_only_file_system(const std::string& path) {
  struct statvfs found {};
  if (::statvfs(path.c_str(), &found) == 0) return (found.f_flag & ST_RDONLY) != 0;
  // The file is not there. It would lie on the file system of its directory.
  const auto folder = std::filesystem::path(path).parent_path().string();
  return ::statvfs(folder.c_str(), &found) == 0 && (found.f_flag & ST_RDONLY) != 0;
}

std::optional<Error> check_file_system(const std::string& path) {
  auto name = platform::shared_file_system_of(path);
  // The file is not there yet. It will lie on the file system of its directory.
  if (!name) name = platform::shared_file_system_of(std::filesystem::path(path).parent_path().string());
  if (!name || name->empty()) return std::nullopt;
  return unavailable("the file lies on a network or user-space file system (" + *name +
                     "), where SQLite's locks do not hold: put it on a local disk, or use `postgresql://`");
}

void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return;
  // The umask may have removed the owner's rights. keep_private() checks the others'.
  static_cast<void>(::fchmod(file, 0600));
  ::close(file);
}

std::optional<Error> keep_private(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    const std::string name = path + suffix;
    struct stat found {};
    if (::stat(name.c_str(), &found) != 0 || (found.st_mode & 0077) == 0) continue;
    if (!S_ISREG(found.st_mode)) return unavailable("the store is no regular file");
    if (::chmod(name.c_str(), found.st_mode & 0700) == 0) continue;
    if (errno == ENOENT) continue;
    return unavailable(
        "others than its owner may read or write the file of the store, and this process cannot change that: have its "
        "owner run `chmod 600` on it");
  }
  return std::nullopt;
}

}  // namespace bonin::registry_detail
