// Frames: blobs that are kept compressed. Private to this folder.
#pragma once

#include "runtime/cas/disk.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace pipec::cas {

/// A blob's file is its bytes, or a frame that holds them; the format is described in frame.cpp.
/// Which of the two is told by the digest alone: bytes that begin as a frame does are no frame
/// unless what it holds has the digest of the blob.
struct FrameHeader {
  uint64_t contentSize = 0; ///< bytes of the blob
  uint64_t fileSize = 0;    ///< bytes of the file, this header included
};
inline constexpr size_t FrameHeaderSize = 32;
/// Files up to this size are never compressed: on the disk they take one block anyway.
inline constexpr uint64_t BlockSize = 4096;

/// nullopt: `start`, the first bytes of a file, are not those of a frame.
std::optional<FrameHeader> readFrameHeader(llvm::StringRef start);
/// The header of the open file, which is at its start and stays there.
std::optional<FrameHeader> frameHeaderOf(int file);

/// Hands what the open file `file` holds to `use` in pieces, until that returns false. The file is
/// read from its start. False: it is no whole frame, or `use` had enough.
bool readFrame(int file, llvm::function_ref<bool(llvm::StringRef)> use);

/// Writes what is left in `source` to the empty file `target` as a frame. `size`: how much that is.
/// False: it failed (errno), or the result would not save a block of the disk.
bool writeFrame(int source, uint64_t size, int target);

} // namespace pipec::cas
