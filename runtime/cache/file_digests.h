// FileDigests: the content of files and folders of the repository, re-read only when their stamp
// changed.
#pragma once

#include "compiler/base/file_system.h"
#include "runtime/cas/content_store.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace pipec::cache {

/// What the repository has at a path now. Files are hashed at most once per (device, inode, size,
/// mtime, ctime); a stamp younger than the clock's granularity when it was hashed is not trusted
/// later (racy stamps, behaviours "same tick" and "same size, old mtime put back"). Folders are
/// always walked: their names are never cached, their files' digests are. Never sees `.git` and
/// `.pipec`. A folder's links are content; a link that *is* the named path is followed, inside
/// `root` only. Safe to use from several threads.
class FileDigests {
public:
  virtual ~FileDigests() = default;

  /// `path` is relative to the root. nullopt: nothing there. The bytes are put into the store as
  /// well, so that a step sees exactly what was hashed, whatever happens to the file meanwhile.
  virtual llvm::Expected<std::optional<cas::Content>> content(llvm::StringRef path) = 0;

  /// Whether `path` still has what `content` returned in this process: the stamps of all files and
  /// folders that were read are unchanged.
  virtual llvm::Expected<bool> unchanged(llvm::StringRef path) = 0;

  /// Writes what was learned; also done by the destructor.
  virtual llvm::Error flush() = 0;
};

/// `root`: absolute path of the repository. `folder`: pipec's cache directory; the table is
/// `files.db` in it.
llvm::Expected<std::unique_ptr<FileDigests>>
openFileDigests(llvm::StringRef root, llvm::StringRef folder, cas::ContentStore& store,
                llvm::function_ref<void(llvm::StringRef)> warn);

} // namespace pipec::cache
