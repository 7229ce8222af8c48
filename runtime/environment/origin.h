// Origin: which state of the sources a release was made from, and which of two is the older one.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipec::environment {

struct Origin {
  /// What the workspace's work tree was at: all digits of a git commit; empty: it is in no
  /// repository, or nothing was ever committed.
  std::string commit;
  bool modified = false; ///< the work tree had changes that are in no commit
  struct Source {
    std::string label;
    std::string identity; ///< what `resolve` answered; of a git source the commit
    bool operator==(const Source&) const = default;
  };
  std::vector<Source> sources; ///< that the release depends on; sorted by label
  int64_t resolved = 0;        ///< when this was found out, milliseconds since the epoch
  bool operator==(const Origin&) const = default;
};

/// The commit to show for it: the work tree's, else that of its only source, else empty.
llvm::StringRef commitOf(const Origin& origin);

/// Whether `text` is all digits of a git commit (SHA-1 or SHA-256).
bool isCommit(llvm::StringRef text);

/// How one commit stands to another one.
enum class Ancestry : uint8_t { Same, Ancestor, Descendant, Unrelated, Unknown };
using AskAncestry = llvm::function_ref<Ancestry(llvm::StringRef commit, llvm::StringRef other)>;

/// Why `origin` is older than `other`, in one clause such as "commit a1b2c3d4 is an ancestor of
/// d4c3b2a1"; nullopt: it is not. Ancestry of the commits that both have decides; where it cannot
/// (no commits, unrelated ones, some older and some newer), the time of resolving does, unless that
/// of `other` is later than `now`: a clock was wrong.
std::optional<std::string> whyOlder(const Origin& origin, const Origin& other, int64_t now,
                                    AskAncestry ask);

/// As JSON, for the ledger; the format is described in origin.cpp. Empty text is no origin.
std::string encodeOrigin(const std::optional<Origin>& origin);
llvm::Expected<std::optional<Origin>> decodeOrigin(llvm::StringRef json);

} // namespace pipec::environment
