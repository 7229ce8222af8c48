// Collector: keeps a store to its limits, and accounts for what is in it.
#pragma once

#include "runtime/cas/content_store.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>

namespace pipec::cas {

/// The store is looked after in as many parts; what has a digest belongs to the part of its first
/// byte.
inline constexpr unsigned StoreParts = 256;

/// nullopt: no limit.
struct Limits {
  std::optional<uint64_t> bytes;
  std::optional<std::chrono::seconds> age; ///< since the last use
};

struct StoreAccount {
  uint64_t blobs = 0;
  uint64_t blobBytes = 0; ///< on the disk, like all sizes here
  uint64_t trees = 0;     ///< copies for the roots of steps, made from blobs
  uint64_t treeBytes = 0;
  uint64_t roots = 0;     ///< root file systems of images
  uint64_t rootBytes = 0; ///< what several of them share counts once
  uint64_t results = 0;
  int64_t oldestUse = 0; ///< of a blob, milliseconds since the epoch, to within a day; 0: none
  int64_t collected = 0; ///< when something was last removed; 0: never
  uint64_t bytes() const { return blobBytes + treeBytes + rootBytes; }
};

struct SweepResult {
  uint64_t blobs = 0, trees = 0, roots = 0, bytes = 0; ///< removed
  uint64_t compressed = 0, saved = 0; ///< made frames of, and the bytes that this saved
  uint64_t results = 0;               ///< removed rows of the action cache; the caller counts
};

/// What may be removed, in milliseconds since the epoch.
struct SweepLimits {
  int64_t usedBefore = INT64_MIN;     ///< what was last used before this goes
  int64_t treesBefore = INT64_MIN;    ///< the same for trees and roots, which blobs can make again
  int64_t compressBefore = INT64_MIN; ///< what was last used before this is compressed
  /// After this hardly anything is removed or compressed any more.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// One process at a time collects in a store; builds go on meanwhile, and need no lock. Nothing is
/// removed that a running process has put, made or found there (`contains`, `putBytes`,
/// `materialise`, `findRoot`, …) since it opened the store, however long ago that is: each use is
/// noted in the file's time, and each process holds a lease since its beginning. A blob that is
/// used in the very moment of its removal is put back. Every step is one rename, so that an end at
/// any moment leaves a store that is right; what the account then says wrongly is put right by the
/// next look.
class Collector {
public:
  /// Null: another process collects, and `wait` is false. Else it is waited for.
  static llvm::Expected<std::unique_ptr<Collector>> open(llvm::StringRef store, bool wait);
  virtual ~Collector() = default;

  virtual void add(const Additions& additions) = 0;
  virtual StoreAccount account() const = 0;
  /// Parts that were not looked through since `time`, those longest ago first.
  virtual std::vector<unsigned> partsSweptBefore(int64_t time) const = 0;
  /// Parts that have something that was last used before `time`.
  virtual std::vector<unsigned> partsUsedBefore(int64_t time) const = 0;

  /// What was last used before the result goes, so that the limits are kept with some room to
  /// spare. Never after the moment from which on a running process may rely on something.
  virtual int64_t cutoff(const Limits& limits) const = 0;
  /// The same bound for any other time.
  virtual int64_t safe(int64_t time) const = 0;

  /// Nothing may be removed that was last used after the last marking, less an hour: that is when
  /// the caller has used (`contains`) all that must stay.
  virtual bool isMarkedFor(int64_t cutoff) const = 0;
  virtual void setMarked(int64_t began) = 0;

  /// Looks through one part: what goes by `limits` goes, the account is as it is on the disk.
  virtual llvm::Error sweep(unsigned part, const SweepLimits& limits, SweepResult& result) = 0;

  // For the action cache, whose rows are looked through beside the blobs.
  /// Whether there is a blob; notes no use.
  virtual bool isThere(const base::Digest& digest) const = 0;
  /// Remembers, for LossOf, that a result went.
  virtual void noteRemoved(const base::Digest& key) = 0;
  virtual void setResults(unsigned part, uint64_t count) = 0;

  /// Writes the account.
  virtual llvm::Error finish() = 0;
};

/// The account as it was last written.
StoreAccount readAccount(llvm::StringRef store);

/// What clearStore has left.
struct Cleared {
  uint64_t blobs = 0;
  uint64_t bytes = 0; ///< on the disk
};
/// Removes all trees and roots, and all blobs but those that `kept` reaches. nullopt: a running
/// process uses the store, and nothing was removed.
llvm::Expected<std::optional<Cleared>> clearStore(llvm::StringRef store, bool force,
                                                  const std::set<Content>& kept = {});

/// One thing that is not as it should be.
struct StoreProblem {
  enum class Kind : uint8_t {
    DamagedBlob, ///< its content has another digest
    CutBlob,     ///< the same, and it is empty or shorter than it says
    DamagedTree, ///< a copy for steps that is not what its blobs say
    DamagedRoot, ///< a root file system, or a file of some, that is not what was kept
    StrayFile,   ///< nothing that a store has
  };
  Kind kind = Kind::DamagedBlob;
  std::string path; ///< relative to the store
  bool repaired = false;
};
struct VerifyResult {
  uint64_t blobs = 0, trees = 0, roots = 0, bytes = 0; ///< looked at
  std::vector<StoreProblem> problems;                  ///< sorted by path
};
/// Reads everything. `repair`: what is damaged or stray is removed, and will be made again when it
/// is needed.
llvm::Expected<VerifyResult> verifyStore(llvm::StringRef store, bool repair);

} // namespace pipec::cas
