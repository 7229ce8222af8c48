// PoolIndex: the names in a pool, which count as a whole, and the content behind each of them.
#pragma once

#include "runtime/cas/content_store.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <map>
#include <memory>
#include <mutex>

namespace pipec::exec {

struct PoolIndex {
  /// The pool with every file empty and not executable; links are as they are. In the store, so
  /// that two of them can be compared.
  cas::Content names;
  /// What is at each path below the pool, folders and links too; `""` is the pool itself.
  llvm::StringMap<cas::Content> entries;
};

/// Indexes of pools by their content, each made once. Safe to use from several threads.
class PoolIndexes {
public:
  explicit PoolIndexes(cas::ContentStore& contents) : store(contents) {}

  llvm::Expected<std::shared_ptr<const PoolIndex>> of(const cas::Content& pool);

private:
  cas::ContentStore& store;
  std::mutex mutex;
  std::map<cas::Content, std::shared_ptr<const PoolIndex>> indexes;
};

} // namespace pipec::exec
