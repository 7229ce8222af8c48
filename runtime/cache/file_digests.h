// FileDigests: the content of files and folders of the repository, re-read only when their stamp
// changed.
#pragma once

#include "compiler/base/file_system.h"
#include "runtime/cache/access.h"
#include "runtime/cas/content_store.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::cache {

/// What the repository has at a path now. Files are read at most once per (device, inode, size,
/// mtime, ctime); a stamp younger than 2.1 s when the file was read is not trusted later (racy
/// stamps: edits in the same tick, writes that were under way). What is read is compared by a fast
/// hash with a secret of the cache, and its digest computed only if it is new. Folders are always
/// walked: their names are never cached, their files' digests are. Never sees `.git` and `.pipec`.
/// A folder's links are content; a link that *is* the named path is followed, inside `root` only.
/// Safe to use from several threads.
class FileDigests {
public:
  virtual ~FileDigests() = default;

  /// `path` is relative to the root, `.` is the root itself. nullopt: nothing there. The bytes are
  /// put into the store as well (again, if it has lost them), so that a step sees exactly what was
  /// hashed, whatever happens to the file meanwhile. A usage error: a link that leads out of the
  /// root or in circles, a name that is not UTF-8, a socket, pipe or device.
  virtual llvm::Expected<std::optional<cas::Content>> content(llvm::StringRef path) = 0;

  /// `content` of several paths, in their order, on two threads.
  virtual llvm::Expected<std::vector<std::optional<cas::Content>>>
  contents(llvm::ArrayRef<std::string> paths) = 0;

  /// Writes what was learned; also done by the destructor.
  virtual llvm::Error flush() = 0;
};

/// `root`: absolute path of the repository. `folder`: pipec's cache directory; the table is
/// `files.db` in it. A table that cannot be read or written is done without: everything is read
/// anew, and `warn` gets one sentence. `clock` gives nanoseconds since the epoch, for tests; if
/// empty, the clock that file systems stamp with.
llvm::Expected<std::unique_ptr<FileDigests>>
openFileDigests(llvm::StringRef root, llvm::StringRef folder, cas::ContentStore& store,
                std::function<void(llvm::StringRef)> warn, Access access = Access::ReadWrite,
                std::function<int64_t()> clock = {});

} // namespace pipec::cache
