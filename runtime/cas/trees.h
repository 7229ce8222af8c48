// Trees: materialised content for the roots of steps, in `trees/`. Private to this folder.
#pragma once

#include "runtime/cas/additions.h"
#include "runtime/cas/scratch.h"
#include "runtime/cas/tree_writer.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace pipec::cas {

/// The name of this boot's folder in `trees`.
std::string bootId();

/// A tree is built in the scratch folder and renamed when it is whole, so nobody sees a part of
/// one. Nothing is synced, and a file that a power cut has emptied looks like any other; therefore
/// trees are kept by boot (`trees/<boot id>/ab/cdef…`), and those of earlier boots are removed bit
/// by bit. What a person's hand or a tool has changed in them shows in the times, which are looked
/// at once per process. A tree's time of access says when it was last used, to within
/// UseGranularityMs. Safe to use from several threads.
class Trees {
public:
  Trees(ContentStore& contentStore, Blobs& blobStore, Scratch& own, std::string storeFolder);

  llvm::Expected<std::optional<std::string>> materialise(const Content& content);
  /// What was made since the last call.
  std::vector<TreeAddition> takeAdditions();
  bool hasAdditions();

private:
  llvm::Expected<bool> make(const Content& content, const std::string& path);
  void removeOneOfEarlierBoots();

  ContentStore& store;
  Blobs& blobs;
  Scratch& scratch;
  std::string all;  ///< `trees`
  std::string boot; ///< the name of this boot's folder in it

  std::mutex mutex;
  std::condition_variable finished;
  std::set<Content> inProgress;
  std::set<Content> checked;
  std::vector<TreeAddition> additions;
};

} // namespace pipec::cas
