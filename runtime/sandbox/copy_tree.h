// CopyTree: a private copy of a folder, where no overlay and no mount can serve.
#pragma once

#include <cstddef>

namespace pipec::sandbox {

struct CopyOptions {
  /// Hard links instead of copies where the file system allows it. Only for trees that nobody
  /// writes to.
  bool link = false;
  /// Whether the name at this path, relative to the source, is left out; may be null.
  bool (*skip)(const char* relativePath, const void* context) = nullptr;
  const void* context = nullptr;
  /// What may not be read is left out instead of being an error.
  bool skipUnreadable = false;
};

struct CopyFailure {
  int errorNumber = 0;
  char path[512] = "";
};

/// Copies what is in the folder `source` into the folder `destination`, which is made if missing;
/// what is there already is merged with folders and replaced otherwise. Keeps modes and times, and
/// links as links; a whiteout (a character device 0:0) removes what it covers; other special files
/// are left out. False: see `failure`.
bool copyTree(const char* source, const char* destination, const CopyOptions& options,
              CopyFailure& failure);

/// One regular file at `path`, which must not exist, with this mode and the source's modification
/// time. Zero or an errno.
int copyFile(const char* source, const char* path, unsigned mode);

} // namespace pipec::sandbox
