// ActionCache: what an action's key produced; and the recorded fields of keys, for `pipec why`.
#pragma once

#include "compiler/base/digest.h"
#include "compiler/base/fingerprint.h"
#include "runtime/cache/access.h"
#include "runtime/cas/content_store.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::cache {

struct ActionOutput {
  std::string name; ///< the output's name in the definition, `out` if it has just one
  cas::Content content;
  bool operator==(const ActionOutput&) const = default;
};

/// What one successful execution left. Only successes are ever recorded.
struct ActionResult {
  std::vector<ActionOutput> outputs;  ///< in the definition's order
  std::optional<cas::Content> report; ///< of a test: the folder `/report`
  base::Digest stdoutDigest;          ///< blobs, byte for byte
  base::Digest stderrDigest;
  std::string execution;  ///< id of the execution that produced it
  int64_t started = 0;    ///< milliseconds since the epoch
  int64_t durationMs = 0; ///< wall time
  int64_t cpuMs = 0;
  uint64_t peakMemory = 0; ///< bytes
};

/// A file of a pool: what is at `path` below the action's input number `input` (from 0); empty: the
/// input itself.
struct PoolFile {
  uint32_t input = 0;
  std::string path;
  auto operator<=>(const PoolFile&) const = default;
};
/// The files of its pools that one execution read, sorted, each once.
using ReadSet = std::vector<PoolFile>;

/// Safe to use from several threads and processes. A broken or foreign-version database is rebuilt
/// once, with a warning, and never fails a build: `lookUp` then misses. One that can be neither
/// read nor written is replaced by the memory of this process, with one warning; no function fails
/// then.
class ActionCache {
public:
  virtual ~ActionCache() = default;

  /// nullopt: never stored, or not readable. Says nothing about whether the blobs are still there.
  virtual llvm::Expected<std::optional<ActionResult>> lookUp(const base::Digest& key) = 0;
  virtual llvm::Error store(const base::Digest& key, const ActionResult& result) = 0;
  virtual llvm::Error remove(const base::Digest& key) = 0;

  /// The fields of `key` as they were when it was computed, for explanations.
  virtual llvm::Error storeFields(const base::Digest& key,
                                  const std::vector<base::Field>& fields) = 0;
  virtual llvm::Expected<std::optional<std::vector<base::Field>>>
  fields(const base::Digest& key) = 0;

  /// What executions of an action read of its pools; `key` is the action's without them. The last
  /// stored comes first. Only MaxReadSets different ones are kept.
  virtual llvm::Expected<std::vector<ReadSet>> readSets(const base::Digest& key) = 0;
  virtual llvm::Error storeReadSet(const base::Digest& key, const ReadSet& files) = 0;
  static constexpr size_t MaxReadSets = 16;

  struct Collected {
    uint64_t left = 0;    ///< results
    uint64_t removed = 0; ///< results
  };
  /// Looks through the part `part` of StoreParts: results that `keep` refuses go, and what is
  /// recorded of keys without a result (fields, read sets) goes if it was recorded, or read sets
  /// used, before `unusedBefore` (milliseconds). `keep` runs with the cache locked for this
  /// process.
  virtual llvm::Expected<Collected>
  collect(unsigned part, int64_t unusedBefore,
          llvm::function_ref<bool(const base::Digest& key, const ActionResult& result)> keep) = 0;
  /// Calls `use` for every result, however long that takes.
  virtual llvm::Error
  each(llvm::function_ref<void(const base::Digest& key, const ActionResult& result)> use) = 0;

  /// Writes are gathered for a fraction of a second and written in one transaction; this writes
  /// them now. Also done by the destructor.
  virtual llvm::Error flush() = 0;
};

/// `folder` is pipec's cache directory; the database is called `name` in it. `warn` gets one
/// sentence when something had to be rebuilt or cannot be written: at most once for each, from any
/// thread, for as long as the cache lives.
llvm::Expected<std::unique_ptr<ActionCache>>
openActionCache(llvm::StringRef folder, std::function<void(llvm::StringRef)> warn,
                Access access = Access::ReadWrite, llvm::StringRef name = "actions.db");

/// Removes the databases of results, of all scopes, and of files' digests. False: another process
/// has one open, which then stays.
llvm::Expected<bool> clearDatabases(llvm::StringRef folder);

} // namespace pipec::cache
