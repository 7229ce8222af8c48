// Digest: the 128-bit name of some bytes, and the streaming hasher that makes it.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pipec::base {

/// XXH3-128 with seed 0, as xxHash defines its canonical (big-endian) form:
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
/// It is not a cryptographic hash: it protects against accidents, not against an adversary
/// who may write to the store.
struct Digest {
  uint64_t high = 0;
  uint64_t low = 0;

  auto operator<=>(const Digest&) const = default;

  /// 32 lower-case hexadecimal digits, `high` first.
  std::string hex() const;
  /// The first 12 digits of `hex()`, for people.
  std::string shortHex() const { return hex().substr(0, 12); }
  /// The reverse of `hex()`; nullopt unless `text` is exactly 32 hexadecimal digits.
  static std::optional<Digest> fromHex(llvm::StringRef text);
};

/// Streaming XXH3-128. Feed any number of pieces, then ask once.
class Hasher {
public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(llvm::StringRef bytes);
  /// The digest of everything fed so far; more may follow.
  Digest digest() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

/// The digest of `bytes` in one call, several times faster than a Hasher on short input.
Digest digestOf(llvm::StringRef bytes);

} // namespace pipec::base

template <> struct std::hash<pipec::base::Digest> {
  // The digest is uniform already: any 64 of its bits serve.
  size_t operator()(const pipec::base::Digest& digest) const noexcept { return digest.low; }
};
