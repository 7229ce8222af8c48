// Usage: the account of what is in a store, part by part. Private to this folder.
#pragma once

#include "runtime/cas/additions.h"
#include "runtime/cas/names.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <map>
#include <string>

namespace pipec::cas {

struct Amount {
  uint64_t count = 0;
  uint64_t bytes = 0; ///< on the disk: whole blocks

  void operator+=(const Amount& other) {
    count += other.count;
    bytes += other.bytes;
  }
};

/// The file `usage`: of each part, when it was last looked through, and how much of it was last
/// used in which hour. Whoever adds something adds it here when he has done; what a killed process
/// did not is found when the part is looked through. Used with the collector's lock held.
struct Usage {
  struct Part {
    int64_t swept = 0; ///< when it was last looked through, milliseconds; 0: never
    /// Blobs, then trees and root file systems, by the hour of their last use, in hours since the
    /// epoch; of those older than some days the day counts.
    std::map<int64_t, Amount> blobs;
    std::map<int64_t, Amount> trees;
    std::map<int64_t, Amount> roots; ///< each with its share of what it shares with others
    /// Bytes of each tree of this boot that is known; `cdef….d`
    std::map<std::string, uint64_t> treeBytes;
    uint64_t results = 0; ///< rows of the action cache, as far as somebody has counted
  };
  std::array<Part, PartCount> parts;
  /// When everything that must stay was last noted as used.
  int64_t marked = 0;
  int64_t collected = 0; ///< when something was last removed

  /// No file, or one that is damaged or of another version, is an empty account.
  static Usage read(llvm::StringRef store);
  llvm::Error write(llvm::StringRef store) const;

  void add(const Additions& additions);
  Amount blobs() const;
  Amount trees() const;
  Amount roots() const;
};

/// The key of the histogram for what was last used at `used`.
int64_t hourOf(int64_t used, int64_t now);
uint64_t onDisk(uint64_t size);

} // namespace pipec::cas
