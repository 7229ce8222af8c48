// Digest: the name of some bytes, by which they are stored, keyed, compared, approved and released.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pipec::base {

/// A SHA-256 (FIPS 180-4): nobody can make other bytes that have it.
struct Sha256 {
  std::array<uint8_t, 32> bytes{};

  auto operator<=>(const Sha256&) const = default;

  /// 64 lower-case hexadecimal digits.
  std::string hex() const;
  /// The reverse of `hex()`; nullopt unless `text` is exactly 64 lower-case hexadecimal digits.
  static std::optional<Sha256> fromHex(llvm::StringRef text);
};

/// Bytes by their SHA-256 and their number, as the Remote Execution API names them:
/// https://github.com/bazelbuild/remote-apis (Digest). Where others choose the bytes, this is the
/// only name that counts; FastHash (fast_hash.h) is for what nobody else chooses or sees.
struct Digest {
  Sha256 hash;
  uint64_t size = 0; ///< bytes

  Digest() = default;
  Digest(const Sha256& ofBytes, uint64_t count) : hash(ofBytes), size(count) {}
  auto operator<=>(const Digest&) const = default;

  /// 64 lower-case hexadecimal digits of the hash; 32 of an old name.
  std::string hex() const;
  /// The first 12 of them, for people.
  std::string shortHex() const { return hex().substr(0, 12); }
  /// `sha256:` and the 64 digits, for documents; of an old name `xxh3:` and its 32.
  std::string text() const;

  /// `DIGITS/SIZE`: all of it in one word, as the Remote Execution API writes resource names.
  std::string name() const;
  /// The reverse of `name()`; nullopt for anything else.
  static std::optional<Digest> fromName(llvm::StringRef name);

  static constexpr size_t BytesSize = 40;
  /// For files and databases: the 32 bytes of the hash and the size, 8 bytes, little-endian; of an
  /// old name its 16.
  std::string bytes() const;
  /// The reverse of `bytes()`; nullopt unless there are BytesSize or OldNameSize bytes.
  static std::optional<Digest> fromBytes(llvm::StringRef bytes);

  /// The 16 bytes by which pipec 0.1 named things, an XXH3-128, in front of zeros. Histories and
  /// deploy states show it; it is the name of nothing that is there.
  static Digest ofOldName(llvm::StringRef bytes);
  bool isOldName() const { return size == OldName; }
  static constexpr size_t OldNameSize = 16;

private:
  static constexpr uint64_t OldName = UINT64_MAX; ///< as `size`
};

/// Streaming SHA-256. Feed any number of pieces, then ask once.
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
  uint64_t size = 0;
};

/// The digest of `bytes` in one call.
Digest digestOf(llvm::StringRef bytes);
/// The digest of no bytes.
const Digest& emptyDigest();

} // namespace pipec::base

// A hash is uniform already: any 64 of its bits serve.
template <> struct std::hash<pipec::base::Sha256> {
  size_t operator()(const pipec::base::Sha256& hash) const noexcept {
    size_t bits;
    std::memcpy(&bits, hash.bytes.data(), sizeof bits);
    return bits;
  }
};
template <> struct std::hash<pipec::base::Digest> {
  size_t operator()(const pipec::base::Digest& digest) const noexcept {
    return std::hash<pipec::base::Sha256>()(digest.hash);
  }
};
