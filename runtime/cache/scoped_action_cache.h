// Scopes: whose results a build is served, and who is served its own.
#pragma once

#include "runtime/cache/action_cache.h"

namespace pipec::cache {

/// Results prove nothing by themselves, unlike content: that a key made something is the word of
/// the build that says so. Each scope has a database of its own in the cache's folder.
enum class Scope : uint8_t {
  Trusted,   ///< reads and writes its own alone
  Untrusted, ///< reads its own, then the trusted one; writes its own
};
/// `actions.db` or `actions-untrusted.db`.
llvm::StringRef databaseName(Scope scope);

/// As openActionCache, for a build in `scope`. What cares for the cache as a whole (collect(),
/// each()) goes through all scopes, whichever this is. Removing a result of another scope is no
/// build's business: remove() touches its own, so a trusted result may be served again.
llvm::Expected<std::unique_ptr<ActionCache>>
openScopedActionCache(llvm::StringRef folder, Scope scope,
                      std::function<void(llvm::StringRef)> warn, Access access = Access::ReadWrite);

} // namespace pipec::cache
