#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "platform/file_system.hpp"

namespace bonin::platform {
namespace {

const char* name_of_shared(unsigned long type) {
  switch (type & 0xffffffff) {
    case 0x6969:
      return "nfs";
    case 0x517b:
    case 0xfe534d42:
    case 0xff534d42:
      return "smb";
    case 0x01021997:
      return "9p";
    case 0x65735546:  // sshfs and other FUSE file systems, whose locks depend on their program
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
      return "";
  }
}

/// `struct statx` as the kernel writes it: older C libraries have neither it nor its function.
struct KernelStatx {
  struct Time {
    std::int64_t seconds;
    std::uint32_t nanoseconds;
    std::int32_t unused;
  };
  std::uint32_t mask, block_size;
  std::uint64_t attributes;
  std::uint32_t links, user, group;
  std::uint16_t mode, unused;
  std::uint64_t inode, size, blocks, attributes_mask;
  Time accessed, born, changed, written;
  std::uint32_t special_major, special_minor, device_major, device_minor;
  std::uint64_t spare[14];
};
static_assert(sizeof(KernelStatx) == 256);
constexpr unsigned basic_stats = 0x7ff;
constexpr unsigned birth = 0x800;

constexpr std::int64_t nanoseconds(std::int64_t seconds, std::int64_t rest) { return seconds * 1'000'000'000 + rest; }

}  // namespace

std::optional<FileState> state_of(const std::string& path) {
#ifdef SYS_statx
  KernelStatx more{};
  if (::syscall(SYS_statx, AT_FDCWD, path.c_str(), 0, basic_stats | birth, &more) == 0) {
    const auto at = [](const KernelStatx::Time& time) { return nanoseconds(time.seconds, time.nanoseconds); };
    return FileState{makedev(more.device_major, more.device_minor), more.inode,
                     (more.mask & birth) != 0 ? at(more.born) : 0, more.size, at(more.written)};
  }
#endif
  // Some containers forbid statx.
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileState{found.st_dev, found.st_ino, 0, static_cast<std::uint64_t>(found.st_size),
                   nanoseconds(found.st_mtim.tv_sec, found.st_mtim.tv_nsec)};
}

std::optional<std::string> shared_file_system_of(const std::string& path) {
  struct statfs found {};
  if (statfs(path.c_str(), &found) != 0) return std::nullopt;
  return name_of_shared(static_cast<unsigned long>(found.f_type));
}

}  // namespace bonin::platform
