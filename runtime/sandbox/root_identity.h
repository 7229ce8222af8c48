// RootIdentity: what the host's root is, as far as a step can see it, in one digest.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace pipec::sandbox {

/// Looks at the root once: what one object has answered it answers again, so that all steps of a
/// build have one root in their keys, at the cost of one look. Remembers its answers in
/// `<state directory>/sandbox/root` for later objects, each with the stamps of what it was made
/// from, and computes them anew when a stamp differs. A file of PATH that is replaced, added or
/// removed changes its folder's stamp; one that is overwritten in place is noticed by `toolDigest`,
/// and by `fingerprint` when the folder next changes. Safe to use from several threads.
class RootIdentity {
public:
  /// `stateDirectory` may be empty: nothing is remembered beyond this object.
  explicit RootIdentity(llvm::StringRef stateDirectory);

  /// See SpawnRunner::rootFingerprint.
  llvm::Expected<base::Digest> fingerprint();
  /// See SpawnRunner::toolDigest.
  llvm::Expected<std::optional<base::Digest>> toolDigest(llvm::StringRef program);

private:
  struct Remembered {
    std::string stamp;
    base::Digest digest;
  };

  std::string path;
  std::mutex mutex;
  bool loaded = false;
  std::map<std::string, Remembered> answers; ///< by question: `root`, or `tool PLACE`
  std::optional<base::Digest> seenRoot;
  llvm::StringMap<std::optional<base::Digest>> seenTools; ///< by name

  void load();
  void save();
  /// With the mutex held, as everything here.
  template <class Compute>
  llvm::Expected<base::Digest> answer(const std::string& question, const std::string& stamp,
                                      Compute compute);
};

} // namespace pipec::sandbox
