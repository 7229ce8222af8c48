// OverlayBlobs: what a dry run would put, in memory, above a store that is only read. Private to
// this folder.
#pragma once

#include "runtime/cas/blob_store.h"

#include <mutex>
#include <unordered_map>

namespace pipec::cas {

/// Of larger files only the digest is kept: a dry run wants to know what there is and looks into
/// folders and links, but never into files.
class OverlayBlobs final : public Blobs {
public:
  /// `store` may be null.
  explicit OverlayBlobs(std::unique_ptr<BlobStore> store) : below(std::move(store)) {}

  llvm::Expected<base::Digest> put(llvm::StringRef bytes) override;
  llvm::Expected<base::Digest> putEncoding(llvm::StringRef bytes) override;
  llvm::Expected<base::Digest> putFile(int parent, const char* name, bool consume,
                                       llvm::StringRef shown, BytesSeen seen) override;
  llvm::Expected<bool> has(const base::Digest& digest) override;
  llvm::Expected<std::optional<std::string>> read(const base::Digest& digest) override;
  llvm::Expected<bool> pieces(const base::Digest& digest,
                              llvm::function_ref<void(llvm::StringRef)> use) override;
  llvm::Expected<bool> copyTo(const base::Digest& digest, int target,
                              llvm::StringRef shown) override;

private:
  base::Digest keep(const base::Digest& digest, std::optional<llvm::StringRef> bytes);

  std::unique_ptr<BlobStore> below;
  std::mutex mutex;
  std::unordered_map<base::Digest, std::optional<std::string>> above;
};

} // namespace pipec::cas
