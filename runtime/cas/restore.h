// Making a path on disk equal to content of the store. Private to this folder.
#pragma once

#include "runtime/cas/tree_writer.h"

namespace pipec::cas {

/// The contract of ContentStore::restoreTo.
llvm::Expected<std::optional<uint64_t>> restorePath(ContentStore& store, Blobs& blobs,
                                                    const Content& content, llvm::StringRef path);

} // namespace pipec::cas
