// BlobStore: bytes by digest in `blobs/ab/cdef…`. Private to this folder.
#pragma once

#include "runtime/cas/additions.h"
#include "runtime/cas/blobs.h"
#include "runtime/cas/disk.h"
#include "runtime/cas/scratch.h"

#include <memory>

namespace pipec::cas {

/// What is published was written to the scratch folder first and renamed, is 0444, and its content
/// never changes; collection may make a frame of it (frame.h). Nothing is synced: a power cut may
/// leave torn blobs, which reading finds by the digest. A blob's time of change says when it was
/// last used, to within UseGranularityMs: `has`, `put` and `read` note it. The empty blob is always
/// there.
class BlobStore final : public Blobs {
public:
  /// `place` is absolute; `blobs/` is made in it. A store that cannot be written is still read.
  static llvm::Expected<std::unique_ptr<BlobStore>> open(std::string place, Scratch& scratch);
  /// For reading only: nothing is made, and damaged blobs stay. Null: there is no store.
  static llvm::Expected<std::unique_ptr<BlobStore>> openForReading(std::string place);

  llvm::Expected<base::Digest> put(llvm::StringRef bytes) override;
  llvm::Expected<base::Digest> putFile(int parent, const char* name, bool consume,
                                       llvm::StringRef shown, BytesSeen seen) override;
  llvm::Expected<bool> has(const base::Digest& digest) override;
  llvm::Expected<std::optional<std::string>> read(const base::Digest& digest) override;
  llvm::Expected<bool> pieces(const base::Digest& digest,
                              llvm::function_ref<void(llvm::StringRef)> use) override;
  llvm::Expected<bool> copyTo(const base::Digest& digest, int target,
                              llvm::StringRef shown) override;

  /// What was published since the last call.
  BlobAdditions takeAdditions() { return additions.take(); }
  bool hasAdditions() { return !additions.empty(); }

private:
  BlobStore(std::string path, Scratch* own);

  llvm::Expected<base::Digest> putOpenFile(int source, llvm::StringRef shown, BytesSeen seen);
  /// Renames `name` in `parent`, which takes `size` bytes of the disk, to the blob. 0 or errno.
  int publish(int parent, const char* name, const base::Digest& digest, uint64_t size);
  llvm::Expected<Descriptor> openBlob(const base::Digest& digest) const;
  /// Torn or edited: out of the way, so that the next one who has the bytes can store them.
  void discard(const base::Digest& digest);
  llvm::Error failure(int reason) const;

  std::string folder;
  Scratch* scratch; ///< null: for reading only
  Descriptor blobs;
  int64_t usedBefore; ///< milliseconds: what was last used before this is noted when it is used
  AdditionCounter additions;
};

} // namespace pipec::cas
