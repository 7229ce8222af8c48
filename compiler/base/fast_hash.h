// FastHash: 128 bits for what nobody else chooses or sees. Never a name of content.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace pipec::base {

/// XXH3-128: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
/// Ten times faster than a Digest, and no cryptographic hash: whoever knows its secret makes other
/// bytes with the same hash in microseconds. So it finds accidents (checksums of pipec's own
/// files) without a secret, and changes with one (HashSecret).
struct FastHash {
  uint64_t high = 0;
  uint64_t low = 0;
  auto operator<=>(const FastHash&) const = default;
};

/// Without a secret: for checksums of what pipec itself has written.
FastHash checksumOf(llvm::StringRef bytes);

/// Random bytes that make a FastHash one that nobody outside can aim at. Never printed, never
/// shared with another machine or user.
class HashSecret {
public:
  static constexpr size_t Size = 256;

  /// From the kernel's random numbers.
  static HashSecret random();
  /// `bytes` has Size bytes.
  static HashSecret from(llvm::StringRef bytes);
  /// One for the life of this process.
  static const HashSecret& ofProcess();

  FastHash hashOf(llvm::StringRef bytes) const;
  llvm::StringRef bytes() const { return {secret.data(), secret.size()}; }

private:
  friend class FastHasher;
  alignas(64) std::array<char, Size> secret{};
};

/// Streaming; the same as HashSecret::hashOf over all pieces. `secret` outlives it.
class FastHasher {
public:
  explicit FastHasher(const HashSecret& secret);
  ~FastHasher();
  FastHasher(const FastHasher&) = delete;
  FastHasher& operator=(const FastHasher&) = delete;

  void update(llvm::StringRef bytes);
  FastHash hash() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace pipec::base

template <> struct std::hash<pipec::base::FastHash> {
  size_t operator()(const pipec::base::FastHash& hash) const noexcept { return hash.low; }
};
