// Sparse files: holes stay holes when a file is copied.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <sys/stat.h>

namespace pipec::base {

/// Writes a new file from its beginning, with a hole wherever a whole block has nothing but zeros.
/// The position in the file is that of what was written, as with `write`.
class SparseWriter {
public:
  /// `file` is open for writing, empty, and at its start.
  explicit SparseWriter(int file) : file(file) {}

  /// False: errno says why.
  bool write(llvm::StringRef bytes);
  /// After the last byte: a hole at the end counts too. False: errno says why.
  bool finish();

private:
  int file;
  uint64_t size = 0;
  bool endsInHole = false;
};

/// Copies the open file `from` to the empty file `to`, data as data and holes as holes. Zero or an
/// errno. Makes system calls and nothing else, for processes without a heap.
int copySparse(int from, int to);

/// What a file takes on the disk; of one whose blocks are not yet counted, at most its size.
uint64_t bytesOnDisk(const struct stat& status);

} // namespace pipec::base
