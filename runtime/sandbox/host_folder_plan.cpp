// One overlay for each file system of the folder.
#include "runtime/sandbox/host_folder_plan.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"

#include <cstdio>
#include <mntent.h>
#include <sys/mount.h>
#include <sys/stat.h>

namespace pipec::sandbox {

/// Relative to the folder, those that cover others last.
static std::vector<std::string> mountsBelow(const std::string& folder) {
  std::vector<std::string> found;
  llvm::SmallString<256> real;
  FILE* table = ::setmntent("/proc/self/mounts", "re");
  if (!table || llvm::sys::fs::real_path(folder, real))
    real.clear();
  while (const mntent* mount = table && !real.empty() ? ::getmntent(table) : nullptr) {
    llvm::StringRef place(mount->mnt_dir);
    if (place.consume_front(real) && place.starts_with("/"))
      found.push_back(place.str());
  }
  if (table)
    ::endmntent(table);
  return found;
}

void planReadableFolder(RootPlan& plan, const std::string& path) {
  const std::string place = staging::Root + path;
  plan.push_back({OperationKind::Mask, place, path, 0, {staging::EmptyFolder}});
  for (const std::string& below : mountsBelow(path)) {
    struct stat status;
    if (::stat((path + below).c_str(), &status) != 0)
      continue;
    if (S_ISDIR(status.st_mode))
      plan.push_back({OperationKind::Mask, place + below, path + below, 1, {staging::EmptyFolder}});
    else if (S_ISREG(status.st_mode))
      plan.push_back({OperationKind::Bind, place + below, path + below,
                      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
  }
}

} // namespace pipec::sandbox
