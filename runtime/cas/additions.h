// What a process has added to the store, so that the account of it needs no walk.
#pragma once

#include "compiler/base/digest.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace pipec::cas {

/// Published blobs: digest, and size of the file.
using BlobAdditions = std::vector<std::pair<base::Digest, uint64_t>>;

/// A materialised tree: the name of its file or folder in `trees/<boot>/ab/`, and the bytes in it.
struct TreeAddition {
  base::Digest digest;
  std::string name;
  uint64_t bytes = 0;
};

/// A kept root file system, and the bytes that it does not share with an older one.
struct RootAddition {
  base::Digest id;
  uint64_t bytes = 0;
};

struct Additions {
  BlobAdditions blobs;
  std::vector<TreeAddition> trees;
  std::vector<RootAddition> roots;
  bool empty() const { return blobs.empty() && trees.empty() && roots.empty(); }
};

/// Safe to use from several threads.
class AdditionCounter {
public:
  void add(const base::Digest& digest, uint64_t size) {
    std::lock_guard lock(mutex);
    added.emplace_back(digest, size);
  }
  bool empty() {
    std::lock_guard lock(mutex);
    return added.empty();
  }
  BlobAdditions take() {
    std::lock_guard lock(mutex);
    return std::exchange(added, {});
  }

private:
  std::mutex mutex;
  BlobAdditions added;
};

} // namespace pipec::cas
