// What collection has removed, and when: for explanations. Private to this folder.
#pragma once

#include "runtime/cas/content_store.h"

#include <unordered_map>

namespace pipec::cas {

/// Appends to the file `collected` what was removed now. The newest tens of thousands are kept.
llvm::Error logCollected(llvm::StringRef store, llvm::ArrayRef<base::Sha256> hashes);
/// Notes that everything was removed now.
llvm::Error logCleared(llvm::StringRef store);

class Losses {
public:
  /// Neither file needs to be there.
  static Losses read(llvm::StringRef store);
  std::optional<Loss> of(const base::Digest& digest) const;

private:
  std::unordered_map<base::Sha256, int64_t> collected;
  std::optional<int64_t> cleared;
};

} // namespace pipec::cas
