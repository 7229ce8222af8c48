// Locked scratch folders, and removal of those whose owner is dead.
#include "runtime/cas/scratch.h"

#include "compiler/base/error.h"
#include "compiler/base/files_at.h"
#include "runtime/cas/content_store.h"
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"

#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace pipec::cas {

Scratch::Scratch(std::string tmp) : parent(std::move(tmp)) {
  Descriptor folder = folder::openFile(parent, O_RDONLY | O_DIRECTORY);
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!folder || !readNames(folder.get(), names))
    return;
  for (const auto& [left, type] : names) {
    Descriptor owned(
        ::openat(folder.get(), left.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    // A failure to clean up costs space and nothing else.
    if (owned && ::flock(owned.get(), LOCK_EX | LOCK_NB) == 0)
      llvm::consumeError(base::removeTree({folder.get(), left, parent + "/" + left}));
  }
}

Scratch::~Scratch() {
  if (descriptor)
    llvm::consumeError(folder::removeTree(parent + "/" + name));
}

llvm::Error Scratch::make() {
  if (llvm::Error error = folder::makeFolders(parent))
    return llvm::make_error<UnusableStore>(base::describe(std::move(error)).second);
  // Between mkdir and flock another process may take the folder for a dead one's and remove it.
  for (unsigned attempt = 0;; ++attempt) {
    name = (llvm::Twine(::getpid()) + "." + llvm::Twine(attempt)).str();
    std::string path = parent + "/" + name;
    if (!folder::makeFolder(path)) {
      if (errno == EEXIST)
        continue;
      return unusableStore("cannot write to the store: cannot make `" + path + "`", errno);
    }
    Descriptor made = folder::openFile(path, O_RDONLY | O_DIRECTORY);
    struct stat status;
    if (made && ::flock(made.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(made.get(), &status) == 0 &&
        status.st_nlink > 0) {
      descriptor = std::move(made);
      return llvm::Error::success();
    }
  }
}

llvm::Expected<int> Scratch::folder() {
  if (int ready = open.load(std::memory_order_acquire); ready >= 0)
    return ready;
  std::lock_guard lock(mutex);
  if (!descriptor)
    if (llvm::Error error = make())
      return error;
  open.store(descriptor.get(), std::memory_order_release);
  return descriptor.get();
}

std::string Scratch::newName() {
  return llvm::utostr(serial.fetch_add(1));
}

std::string Scratch::pathOf(llvm::StringRef child) const {
  return (parent + "/" + name + "/" + child).str();
}

llvm::Error refuseLinksInStore(const std::string& store) {
  std::vector<std::string> folders = {"blobs", "trees", "roots", "root-files", "tmp"};
  auto boots = folder::list(store + "/trees");
  if (boots)
    for (const base::DirectoryEntry& boot : *boots)
      folders.push_back("trees/" + boot.name);
  llvm::consumeError(boots.takeError());
  return folder::refuseLinks(store, folders);
}

} // namespace pipec::cas
