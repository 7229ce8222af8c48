// Emptying a store.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/cas/collected_log.h"
#include "runtime/cas/collection.h"
#include "runtime/cas/lease.h"
#include "runtime/cas/scratch.h"

#include <cerrno>
#include <unistd.h>

namespace pipec::cas {

llvm::Expected<bool> clearStore(llvm::StringRef store, bool force) {
  auto collector = Collector::open(store, /*wait=*/true);
  if (!collector)
    return collector.takeError();
  if (!force && oldestLease(store))
    return false;
  // To the side first, so that nobody finds a half of something.
  Scratch scratch(store.str() + "/tmp");
  if (auto made = scratch.folder(); !made)
    return made.takeError();
  for (const char* name : {"blobs", "trees", "roots", "root-files"}) {
    std::string from = store.str() + "/" + name, to = scratch.pathOf(name);
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT)
      return base::systemError("cannot remove `" + from + "`", errno);
    if (llvm::Error error = base::removeTree(to))
      return error;
  }
  for (const char* name : {"usage", "collected"})
    ::unlink((store.str() + "/" + name).c_str());
  if (llvm::Error error = logCleared(store))
    return error;
  return true;
}

} // namespace pipec::cas
