// FolderTables: what is known of the files of a repository, one row of `files.db` for each folder.
// Private to this folder.
#pragma once

#include "compiler/base/digest.h"
#include "compiler/base/fast_hash.h"
#include "runtime/cache/cache_file.h"

#include "llvm/ADT/StringMap.h"

#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <sys/stat.h>

namespace pipec::cache {

/// What changes when a file does. Times are nanoseconds since the epoch.
struct Stamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified = 0;
  int64_t changed = 0;
  bool operator==(const Stamp&) const = default;
};

Stamp stampOf(const struct stat& status);

/// The time now, on the clock that file systems stamp with.
int64_t stampClock();

/// Whether a file that had `stamp` at the time `before` (of stampClock), and was then read, is sure
/// to get another one with its next change.
bool isTrusted(const Stamp& stamp, int64_t before);

/// Safe to use from several threads.
class FolderTables {
public:
  /// `root` is canonical: the same for every name of the repository.
  FolderTables(std::string root, std::string file, Access access,
               std::function<void(llvm::StringRef)> warn);

  /// What a file was when it was last read.
  struct Known {
    Stamp stamp;
    base::Sha256 digest; ///< of its stamp's size
    base::FastHash hash; ///< with the cache's secret
    base::Digest whole() const { return {digest, stamp.size}; }
  };
  /// Of the file `name` in `folder` (relative to the root).
  std::optional<Known> find(llvm::StringRef folder, llvm::StringRef name);
  void learn(llvm::StringRef folder, llvm::StringRef name, const Known& file);
  /// Files of `folder` for which `exists` is false are forgotten.
  void prune(llvm::StringRef folder, llvm::function_ref<bool(llvm::StringRef name)> exists);

  void flush();

private:
  struct Table {
    llvm::StringMap<Known> rows;
    bool changed = false;
  };
  struct Statements {
    db::Database database;
    db::Statement find, put;
    static llvm::Expected<Statements> prepare(db::Database database);
  };

  // All below: with the mutex held.
  Table& load(llvm::StringRef folder);
  std::string keyOf(llvm::StringRef folder) const { return (root + "/" + folder).str(); }
  static std::string encode(const Table& table);
  static void decode(llvm::StringRef bytes, Table& table);
  void endReading();
  llvm::Error write();

  std::string root;
  std::mutex mutex;
  CacheFile<Statements> statements;
  std::optional<db::Transaction> reading;
  std::unordered_map<std::string, Table> tables;
};

} // namespace pipec::cache
