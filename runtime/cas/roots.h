// Roots: kept root file systems of images, in `roots/`. Private to this folder.
#pragma once

#include "runtime/cas/additions.h"
#include "runtime/cas/root_pool.h"
#include "runtime/cas/scratch.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>

namespace pipec::cas {

/// `roots/ab/cdef…/root` is a root file system as steps see it, `manifest` beside it says what is
/// in it. It is prepared in the scratch folder, synced, and renamed when it is whole, so it
/// survives a reboot and nobody sees a part of one; it is never changed afterwards. Equal files of
/// several roots are one file with several names (root_pool.h). What a person's hand or a tool has
/// changed shows in sizes, modes and times, which are looked at once per process; not in times of
/// change and counts of links, which sharing changes. The time of access of `roots/ab/cdef…` says
/// when the root was last used, to within UseGranularityMs. Folders are their owner's alone: a root
/// may hold set-user-id files. Safe to use from several threads.
class Roots {
public:
  Roots(Scratch& own, const std::string& storeFolder)
      : scratch(own), all(storeFolder + "/roots"), pool(storeFolder + "/root-files") {}

  llvm::Expected<std::string> newFolder();
  std::optional<std::string> find(const base::Digest& id);
  llvm::Expected<std::string> keep(const base::Digest& id, llvm::StringRef root);
  /// What was kept since the last call.
  std::vector<RootAddition> takeAdditions();
  bool hasAdditions();

private:
  /// Whether a whole root is at `place`, which it is used for now.
  bool isUsable(const std::string& place);
  /// What is at `place` was changed: it goes, unless another process has put a whole one there.
  void removeChanged(const std::string& place);
  /// `building/root` gets its manifest beside it; equal files of other roots become its own.
  /// Returns the bytes that this takes on the disk.
  llvm::Expected<uint64_t> prepare(const std::string& building);
  llvm::Error publish(const std::string& building, const std::string& place, uint64_t bytes,
                      const base::Digest& id);

  Scratch& scratch;
  std::string all;  ///< `roots`
  std::string pool; ///< `root-files`

  std::mutex mutex;
  std::condition_variable finished;
  std::set<base::Digest> inProgress; ///< being looked at
  std::set<base::Digest> checked;
  std::vector<RootAddition> additions;
};

} // namespace pipec::cas
