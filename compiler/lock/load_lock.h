// Loading pipe.lock, with diagnostics that show the place in it.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/lock/lock_file.h"

namespace pipec::lock {

/// The lock file of `workspace` (absolute); an empty one if there is none. nullopt: it cannot be
/// used, which has been reported (E0213).
std::optional<LockFile> loadLock(base::FileSystem& files, llvm::StringRef workspace,
                                 diagnostics::SourceManager& sources,
                                 diagnostics::DiagnosticConsumer& consumer);

/// Reads it again, for who is about to change it. A usage error if it cannot be used.
llvm::Expected<LockFile> readLock(base::FileSystem& files, llvm::StringRef workspace);

} // namespace pipec::lock
