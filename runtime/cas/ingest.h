// Storing what is on disk. Private to this folder.
#pragma once

#include "runtime/cas/blobs.h"
#include "runtime/cas/content_store.h"

namespace pipec::cas {

/// The contract of ContentStore::putPath.
llvm::Expected<Content> ingestPath(Blobs& blobs, llvm::StringRef path, bool consume);

} // namespace pipec::cas
