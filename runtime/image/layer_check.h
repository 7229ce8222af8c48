// The layers of an image are read before anything of them is unpacked.
#pragma once

#include "runtime/image/layout.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace pipec::image {

/// What images must leave of a disk.
inline constexpr uint64_t DiskReserve = uint64_t(512) << 20;

/// What the layers of one image may have together.
struct LayerLimits {
  /// Of all files, as the headers say. The caller's: what the disk has, less DiskReserve.
  uint64_t bytes = 0;
  /// Files, folders, links, devices, whiteouts.
  uint64_t entries = 4'000'000;
  /// A layer of which more than `freeBytes` were unpacked, at more than `ratio` times what was read
  /// for them, is a bomb. gzip reaches 1032; the layers of distributions have 2 to 4.
  uint64_t freeBytes = uint64_t(1) << 30;
  uint64_t ratio = 200;
};

/// Reads all layers of the image in `layout`, a folder of the disk in OCI layout that nobody else
/// writes to: a BadImage unless every layer has the size and the digest that the manifest says, and
/// nothing in it is refused (docs/diagnostics.md, R1021). `stop` is asked now and then; once it is
/// true, the check ends with a world error. Other errors: the folder cannot be read.
llvm::Error checkLayers(llvm::StringRef layout, const Image& image, const LayerLimits& limits,
                        llvm::function_ref<bool()> stop);

} // namespace pipec::image
