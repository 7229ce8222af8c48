// Lease: a process's word that it uses a store, which ends with the process. Private to this
// folder.
#pragma once

#include "runtime/cas/disk.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace pipec::cas {

/// A shared lock (an open-file-description lock, fcntl(2)) on one byte of the file `lease`; which
/// byte says when the process began to use the store, in milliseconds since the epoch. So there is
/// nothing to clean up, and the earliest of all that live is found without a list of them.
class Lease {
public:
  /// Where no lock can be had (a folder that cannot be written) the lease holds nothing.
  static Lease take(llvm::StringRef store);

private:
  explicit Lease(Descriptor held) : file(std::move(held)) {}
  Descriptor file;
};

/// When the earliest process that still uses the store began, in milliseconds; nullopt: none does.
/// Leases of this process count.
std::optional<int64_t> oldestLease(llvm::StringRef store);

} // namespace pipec::cas
