// Reading root file systems against their manifests. Private to this folder.
#pragma once

#include "runtime/cas/root_pool.h"

#include <map>
#include <mutex>
#include <optional>
#include <tuple>

namespace pipec::cas {

/// The digests of files by inode, so that a file which many roots have is read once. Safe to use
/// from several threads.
class FileDigestsByInode {
public:
  /// Of the file `name` in the open folder `parent`, which is like `found`. nullopt: it cannot be
  /// read.
  std::optional<base::Digest> of(int parent, const std::string& name, const FoundEntry& found);

private:
  std::mutex mutex;
  /// Also by time and size: an inode's number is given again.
  std::map<std::tuple<ino_t, int64_t, uint64_t>, base::Digest> known;
};

/// What was read, or nullopt: it is not what its name, or its manifest, says.
std::optional<uint64_t> verifyPoolFile(int folder, const std::string& text, const PoolName& name,
                                       FileDigestsByInode& digests);
/// The same for the root at `place` (`roots/ab/cdef…`). Files that nobody may read are compared by
/// size and time alone.
std::optional<uint64_t> verifyRoot(const std::string& place, FileDigestsByInode& digests);

} // namespace pipec::cas
