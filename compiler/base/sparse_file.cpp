// Zeros are found by looking at them where bytes pass anyway, and by asking for holes where not.
#include "compiler/base/sparse_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::base {

static constexpr size_t BlockSize = 4096;

static bool isZero(const char* bytes, size_t size) {
  return bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0;
}

static bool writeFully(int file, const char* bytes, size_t size) {
  while (size > 0) {
    ssize_t count = ::write(file, bytes, size);
    if (count < 0 && errno != EINTR)
      return false;
    if (count > 0) {
      bytes += count;
      size -= static_cast<size_t>(count);
    }
  }
  return true;
}

bool SparseWriter::write(llvm::StringRef bytes) {
  // How much of `rest`, which will stand at `position`, is one block, or the rest of one.
  auto blockAt = [](uint64_t position, size_t rest) {
    return std::min<size_t>(rest, BlockSize - position % BlockSize);
  };
  while (!bytes.empty()) {
    size_t first = blockAt(size, bytes.size());
    bool isHole = first == BlockSize && isZero(bytes.data(), BlockSize);
    size_t part = first;
    while (part < bytes.size()) {
      size_t next = blockAt(size + part, bytes.size() - part);
      if (isHole != (next == BlockSize && isZero(bytes.data() + part, BlockSize)))
        break;
      part += next;
    }
    bool good = isHole ? ::lseek(file, static_cast<off_t>(part), SEEK_CUR) >= 0
                       : writeFully(file, bytes.data(), part);
    if (!good)
      return false;
    endsInHole = isHole;
    size += part;
    bytes = bytes.drop_front(part);
  }
  return true;
}

bool SparseWriter::finish() {
  return !endsInHole || ::ftruncate(file, static_cast<off_t>(size)) == 0;
}

// ---- copying -------------------------------------------------------------------

/// From the same offset to the same offset. Zero or an errno.
static int copyRange(int from, int to, off_t begin, off_t end) {
  for (off_t in = begin, out = begin; begin < end; begin = in) {
    ssize_t count =
        ::copy_file_range(from, &in, to, &out, static_cast<size_t>(end - begin), /*flags=*/0);
    // Between some file systems it is refused, and some report nothing: copy by hand.
    if (count == 0 || (count < 0 && errno != EINTR))
      break;
  }
  static thread_local char buffer[64 * 1024];
  while (begin < end) {
    size_t wanted = static_cast<size_t>(std::min<off_t>(sizeof buffer, end - begin));
    ssize_t count = ::pread(from, buffer, wanted, begin);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return count == 0 ? 0 : errno;
    for (ssize_t done = 0; done < count;) {
      ssize_t written =
          ::pwrite(to, buffer + done, static_cast<size_t>(count - done), begin + done);
      if (written < 0 && errno != EINTR)
        return errno;
      if (written > 0)
        done += written;
    }
    begin += count;
  }
  return 0;
}

int copySparse(int from, int to) {
  struct stat status;
  if (::fstat(from, &status) != 0)
    return errno;
  for (off_t at = 0; at < status.st_size;) {
    off_t data = ::lseek(from, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO)
      break;
    off_t hole = data < 0 ? -1 : ::lseek(from, data, SEEK_HOLE);
    // A file system that knows no holes has data everywhere.
    data = data < 0 ? at : data;
    hole = hole < 0 ? status.st_size : hole;
    if (int reason = copyRange(from, to, data, hole))
      return reason;
    at = hole;
  }
  return ::ftruncate(to, status.st_size) == 0 ? 0 : errno;
}

uint64_t bytesOnDisk(const struct stat& status) {
  static constexpr uint64_t CountedIn = 512; // st_blocks
  uint64_t size = static_cast<uint64_t>(status.st_size);
  return std::min((size + BlockSize - 1) / BlockSize * BlockSize,
                  static_cast<uint64_t>(status.st_blocks) * CountedIn);
}

} // namespace pipec::base
