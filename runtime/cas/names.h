// The names of files in the store. Private to this folder.
#pragma once

#include "compiler/base/digest.h"

#include <cstdint>
#include <optional>
#include <string>

namespace pipec::cas {

/// Blobs, trees and results are dealt out to as many folders, and are looked after in as many
/// parts, by the first byte of their digest: each part has its share of all, however many there
/// are.
inline constexpr unsigned PartCount = 256;

inline unsigned partOf(const base::Digest& digest) {
  return digest.hash.bytes[0];
}
/// `ab`
inline std::string partName(unsigned part) {
  return {"0123456789abcdef"[part >> 4], "0123456789abcdef"[part & 15]};
}
/// `ab/cdef…`: no folder of the store gets more than 1/256 of all names.
inline std::string blobName(const base::Sha256& hash) {
  std::string name = hash.hex();
  name.insert(2, 1, '/');
  return name;
}
inline std::string blobName(const base::Digest& digest) {
  return blobName(digest.hash);
}
/// How many digits a name has in the folder of its part.
inline constexpr size_t NameDigits = 62;
/// The hash whose name in the folder of `part` begins with `name`'s digits.
inline std::optional<base::Sha256> hashOfName(unsigned part, llvm::StringRef name) {
  return base::Sha256::fromHex(partName(part) + name.take_front(NameDigits).str());
}

} // namespace pipec::cas
