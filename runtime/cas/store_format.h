// The format of a store, and leaving behind what an older one has. Private to this folder.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace pipec::cas {

/// Makes `store`, an existing folder, one of this version: the file `format` says which it is. What
/// an older version has named is of no use, and is removed, as with clearStore. An UnusableStore if
/// a newer version made it.
llvm::Error bringToFormat(llvm::StringRef store);

} // namespace pipec::cas
