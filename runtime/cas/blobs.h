// Blobs: where a content store keeps bytes by digest. Private to this folder.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/cas/content_store.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace pipec::cas {

/// Safe to use from several threads.
class Blobs {
public:
  virtual ~Blobs() = default;

  virtual llvm::Expected<base::Digest> put(llvm::StringRef bytes) = 0;
  /// The same for the encoding of a directory.
  virtual llvm::Expected<base::Digest> putEncoding(llvm::StringRef bytes) { return put(bytes); }
  /// Stores the regular file `name` in the open folder `parent`; `shown` is its path in messages.
  /// `consume`: its inode may become the blob, if nothing else can write to it.
  /// `seen` gets the bytes as they are stored; not with `consume`.
  virtual llvm::Expected<base::Digest> putFile(int parent, const char* name, bool consume,
                                               llvm::StringRef shown, BytesSeen seen = nullptr) = 0;

  /// Whether there is a blob of that size.
  virtual llvm::Expected<bool> has(const base::Digest& digest) = 0;
  /// The checked bytes.
  virtual llvm::Expected<std::optional<std::string>> read(const base::Digest& digest) = 0;
  /// As ContentStore::pieces.
  virtual llvm::Expected<bool> pieces(const base::Digest& digest,
                                      llvm::function_ref<void(llvm::StringRef)> use) = 0;
  /// Copies the checked bytes to the open file `target`, called `shown` in messages. False: not
  /// there; what was written so far is then of no use.
  virtual llvm::Expected<bool> copyTo(const base::Digest& digest, int target,
                                      llvm::StringRef shown) = 0;
};

} // namespace pipec::cas
