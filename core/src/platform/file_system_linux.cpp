#include <sys/vfs.h>

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

}  // namespace

std::optional<std::string> shared_file_system_of(const std::string& path) {
  struct statfs found {};
  if (statfs(path.c_str(), &found) != 0) return std::nullopt;
  return name_of_shared(static_cast<unsigned long>(found.f_type));
}

}  // namespace bonin::platform
