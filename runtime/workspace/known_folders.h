// The `.pipec` folders that this user's pipec has made, as the user's own state has them.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace pipec::workspace {

/// What is known of a `.pipec`.
struct KnownFolder {
  std::string root;     ///< the workspace that it was last written in
  std::string gitIndex; ///< GitIndex::stamp when it was last asked what git tracks of it
};
/// The content of an entry. nullopt: it is none.
std::optional<KnownFolder> decodeKnownFolder(llvm::StringRef text);
std::string encodeKnownFolder(const KnownFolder& known);

/// 32 hexadecimal digits by chance, which nobody else can know.
std::string newFolderId();
bool isFolderId(llvm::StringRef text);

/// `workspaces/ID` for each, in `$XDG_STATE_HOME/pipec`, else `~/.local/state/pipec`, else, for
/// users who have no home that is theirs, in `/var/tmp/pipec-UID`.
std::optional<KnownFolder> findKnownFolder(llvm::StringRef id);
/// Adds or replaces it. Those whose workspace is gone are forgotten when there are very many.
llvm::Error noteKnownFolder(llvm::StringRef id, const KnownFolder& known);

} // namespace pipec::workspace
