#include "registry/sqlite_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace bonin::registry_detail {
namespace {

Error unavailable(std::string message) {
  Error error;
  error.kind = ErrorKind::store_unavailable;
  error.message = std::move(message);
  return error;
}

/// The name of a file system that is shared between machines, or served by a program; else null.
const char* shared_file_system(unsigned long type) {
  switch (type & 0xffffffff) {
    case 0x6969:
      return "nfs";
    case 0x517b:
    case 0xfe534d42:
    case 0xff534d42:
      return "smb";
    case 0x01021997:
      return "9p";
    case 0x65735546:  // sshfs and whatever else a program serves: its locks are that program's affair
      return "fuse";
    case 0x00c36400:
      return "ceph";
    case 0x0bd00bd0:
      return "lustre";
    case 0x5346414f:
    case 0x6b414653:
      return "afs";
    case 0x73757245:
      return "coda";
    case 0x01161970:
      return "gfs2";
    case 0x7461636f:
      return "ocfs2";
    case 0x47504653:
      return "gpfs";
    case 0x19830326:
      return "beegfs";
    case 0x786f4256:
      return "vboxsf";
    case 0xbacbacbc:
      return "vmhgfs";
    default:
      return nullptr;
  }
}

}  // namespace

std::optional<unsigned long> file_system_of(const std::string& path) {
  struct statfs found{};
  if (statfs(path.c_str(), &found) == 0) return static_cast<unsigned long>(found.f_type);
  // Not there yet: it will lie where its directory lies.
  const auto directory = std::filesystem::path(path).parent_path();
  if (statfs(directory.c_str(), &found) == 0) return static_cast<unsigned long>(found.f_type);
  return std::nullopt;
}

std::optional<Error> check_file_system(const std::string& path, const FileSystemOf& ask) {
  const auto type = ask(path);
  const char* name = type ? shared_file_system(*type) : nullptr;
  if (name == nullptr) return std::nullopt;
  return unavailable("the file lies on a network or user-space file system (" + std::string(name) +
                     "), where SQLite's locks do not hold: put it on a local disk, or use `postgresql://`");
}

void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return;
  static_cast<void>(::fchmod(file, 0600));  // a umask may have taken the owner's rights; keep_private checks the rest
  ::close(file);
}

std::optional<Error> keep_private(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    const std::string name = path + suffix;
    struct stat found{};
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
