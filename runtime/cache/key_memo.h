// KeyMemo: the digests of keys whose fields were seen before.
#pragma once

#include "compiler/base/digest.h"
#include "compiler/base/fast_hash.h"
#include "runtime/cache/access.h"

#include "llvm/ADT/StringRef.h"

#include <memory>

namespace pipec::cache {

/// A key is the SHA-256 of an action's fields. A build of which little has changed computes
/// thousands that it has computed before, so they are remembered by a hash of the fields that is
/// several times faster: with the secret of the cache, so that nobody can make other fields with
/// the same hash. Safe to use from several threads and processes. What cannot be read or kept only
/// costs time.
class KeyMemo {
public:
  virtual ~KeyMemo() = default;

  /// base::digestOf(fields).
  virtual base::Digest digestOf(llvm::StringRef fields) = 0;
  /// Keeps what was learned; also done by the destructor.
  virtual void flush() = 0;
};

/// `folder` is pipec's cache directory; the table is the file `keys` in it.
std::unique_ptr<KeyMemo> openKeyMemo(llvm::StringRef folder, Access access = Access::ReadWrite);
/// The same, with another secret than the cache's, for tests.
std::unique_ptr<KeyMemo> openKeyMemo(llvm::StringRef folder, Access access,
                                     const base::HashSecret& secret);

} // namespace pipec::cache
