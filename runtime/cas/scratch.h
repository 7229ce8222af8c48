// Scratch: this process's folder for half-written things in the store. Private to this folder.
#pragma once

#include "runtime/cas/disk.h"

#include "llvm/Support/Error.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace pipec::cas {

/// A folder below `tmp/` that is locked for as long as its process lives. What has no living owner
/// is removed by the next one that opens the store. Safe to use from several threads.
class Scratch {
public:
  /// `parent` is `tmp/`; may not exist if nothing is ever written. Removes what dead processes
  /// left.
  explicit Scratch(std::string parent);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// The open folder, made at the first call.
  llvm::Expected<int> folder();
  /// A name in it that was never given before.
  std::string newName();
  /// Absolute; for messages and for base::removeTree.
  std::string pathOf(llvm::StringRef name) const;

private:
  llvm::Error make();

  std::string parent;
  std::string name;
  std::mutex mutex;
  std::atomic<int> open = -1;
  Descriptor descriptor;
  std::atomic<uint64_t> serial = 0;
};

/// An error that names the first link in the place of a folder of the store's own. To be called
/// before one is used: then none is there as long as the store's user makes none.
llvm::Error refuseLinksInStore(const std::string& store);

} // namespace pipec::cas
