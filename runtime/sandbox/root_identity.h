// RootIdentity: what the host's root is, as far as a step can see it, in one digest.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace pipec::sandbox {

/// Remembers its answers in `<state directory>/sandbox/root`, each with the stamps of what it was
/// made from, and computes them anew when a stamp differs. A file of PATH that is replaced, added
/// or removed changes its folder's stamp; one that is overwritten in place is noticed by
/// `toolDigest`, and by `fingerprint` when the folder next changes. Safe to use from several
/// threads.
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
  std::map<std::string, Remembered> answers; ///< by question: `root`, or `tool NAME`

  void load();
  void save();
  template <class Compute>
  llvm::Expected<base::Digest> answer(const std::string& question, const std::string& stamp,
                                      Compute compute);
};

} // namespace pipec::sandbox
