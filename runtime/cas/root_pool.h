// RootPool: the files that root file systems share, by hard links. Private to this folder.
#pragma once

#include "runtime/cas/root_manifest.h"

#include <atomic>

namespace pipec::cas {

/// `root-files/ab/cdef…[.n]`: one name for each file that roots may share. The digest is over
/// content, mode and time of modification, which all names of an inode have in common; `.n` is the
/// (n+1)th file of one root in which all that is the same: what is two files in an image are two
/// files for a step. A name whose file has no other is used by no root.
struct PoolName {
  base::Sha256 hash;
  unsigned number = 0;

  static base::Sha256 hashFor(const RootEntry& file);
  /// `ab/cdef…[.n]`
  std::string text() const;
  /// Of `name` in the folder of `part`; nullopt: no such name.
  static std::optional<PoolName> parse(unsigned part, llvm::StringRef name);
};

/// Whether a file may be shared at all: not an empty one, which takes no space and has more names
/// than a file can have, nor one that its owner may not read, which cannot be compared.
bool isShareable(const RootEntry& file);

class RootPool {
public:
  explicit RootPool(std::string poolFolder) : folder(std::move(poolFolder)) {}
  /// Makes the folder, for its owner alone: files may be set-user-id.
  llvm::Error open();

  /// Makes the file with all these `names` in the open folder `root`, which nobody else has, the
  /// one of the pool, or the pool's file this one. `names` is not empty. Temporary names are made
  /// in the open folder `scratch`. False: it keeps its own bytes (it is new in the pool, or has as
  /// many names as the file system allows). True: it has now the bytes of the pool, and the folders
  /// of its names have another time.
  bool share(int root, llvm::ArrayRef<const FoundEntry*> names, const PoolName& name, int scratch);

private:
  enum class Outcome : uint8_t { Own, Taken, Again };
  Outcome take(int root, llvm::ArrayRef<const FoundEntry*> names, const std::string& name,
               int scratch);
  std::string newName() { return "link." + std::to_string(serial.fetch_add(1)); }

  std::string folder;
  Descriptor pool;
  std::atomic<uint64_t> serial = 0;
};

} // namespace pipec::cas
