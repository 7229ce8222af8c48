// The cache's secret for hashes that find changes. Private to this folder.
#pragma once

#include "compiler/base/fast_hash.h"
#include "runtime/cache/access.h"

#include "llvm/ADT/StringRef.h"

namespace pipec::cache {

/// What is in the file `secret` of the cache folder, which is made at the first call and is its
/// owner's alone. One that cannot be read or kept, and that of a dry run that finds none, is random
/// and known to this process only; nothing that was hashed with another one is recognised then.
base::HashSecret hashSecretOf(llvm::StringRef folder, Access access);

} // namespace pipec::cache
