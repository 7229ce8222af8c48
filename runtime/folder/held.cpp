// Which held folder a path lies in.
#include "runtime/folder/held.h"

#include "runtime/folder/own_folder.h"

#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::folder {

namespace {

struct Held {
  int descriptor;
  bool isGroups;
};

/// A process holds a handful, for as long as it lives: SQLite and the store name files by paths.
struct Table {
  std::mutex mutex;
  std::map<std::string, Held, std::less<>> folders;
};

} // namespace

static Table& table() {
  static Table* forever = new Table; // used until the last destructor of anything else has run
  return *forever;
}

Anchor anchorOf(llvm::StringRef path) {
  Table& held = table();
  std::lock_guard lock(held.mutex);
  for (llvm::StringRef above = path; !above.empty();) {
    auto found = held.folders.find(std::string_view(above.data(), above.size()));
    if (found != held.folders.end()) {
      llvm::StringRef below = path.drop_front(above.size()).ltrim('/');
      bool isGroups = found->second.isGroups;
      return {found->second.descriptor, below.empty() ? "." : below.str(),
              static_cast<mode_t>(isGroups ? 0660 : 0600),
              static_cast<mode_t>(isGroups ? 02770 : 0700)};
    }
    size_t slash = above.rfind('/');
    above = slash == llvm::StringRef::npos ? llvm::StringRef() : above.take_front(slash);
  }
  return {AT_FDCWD, path.str(), 0600, 0700};
}

void addHeld(llvm::StringRef path, int descriptor, bool isGroups) {
  Table& held = table();
  std::lock_guard lock(held.mutex);
  auto [place, isNew] = held.folders.try_emplace(path.str(), Held{descriptor, isGroups});
  if (isNew)
    return;
  struct stat before, now;
  bool isSame = ::fstat(place->second.descriptor, &before) == 0 && ::fstat(descriptor, &now) == 0 &&
                before.st_ino == now.st_ino && before.st_dev == now.st_dev;
  // Another thread may be using the old descriptor, so it keeps its number.
  if (!isSame)
    ::dup3(descriptor, place->second.descriptor, O_CLOEXEC);
  place->second.isGroups = isGroups;
  ::close(descriptor);
}

bool isHeld(const std::string& path) {
  Table& held = table();
  std::lock_guard lock(held.mutex);
  return held.folders.count(path) != 0;
}

void letGo(const std::string& path) {
  Table& held = table();
  std::lock_guard lock(held.mutex);
  auto found = held.folders.find(path);
  if (found == held.folders.end())
    return;
  ::close(found->second.descriptor);
  held.folders.erase(found);
}

} // namespace pipec::folder
