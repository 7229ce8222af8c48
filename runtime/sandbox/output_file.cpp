// Up to 2 × kept bytes stand in the file as they are. Of more, there are the first bytes; at `kept`
// a ring with the last `kept` of what follows, in which its byte number n stands at kept + (n mod
// kept); and at 2 × kept three numbers (8 bytes each, of this machine): how many bytes the
// beginning has, how many came behind it, how many are missing in between. So a file that is larger
// than 2 × kept has a ring, and nothing in the bytes themselves can look like one.
#include "runtime/sandbox/output_file.h"

#include "compiler/base/error.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

/// Zero or an errno.
static int writeAt(int file, const char* bytes, size_t size, uint64_t offset) {
  for (size_t done = 0; done < size;) {
    ssize_t written = ::pwrite(file, bytes + done, size - done, static_cast<off_t>(offset + done));
    if (written >= 0)
      done += static_cast<size_t>(written);
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

int OutputWriter::write(const char* bytes, size_t size) {
  while (size > 0) {
    isBehind = isBehind || beginning == kept;
    uint64_t used = isBehind ? behind % kept : beginning;
    size_t part = static_cast<size_t>(std::min<uint64_t>(size, kept - used));
    if (int reason = writeAt(file, bytes, part, isBehind ? kept + used : used))
      return reason;
    (isBehind ? behind : beginning) += part;
    bytes += part;
    size -= part;
  }
  return 0;
}

void OutputWriter::leaveOut(uint64_t bytes) {
  isBehind = true;
  missing += behind + bytes;
  behind = 0;
}

int OutputWriter::finish() {
  int finished = file;
  file = -1;
  if (finished < 0 || isWhole())
    return 0;
  const uint64_t numbers[] = {beginning, behind, missing};
  return writeAt(finished, reinterpret_cast<const char*>(numbers), sizeof numbers, 2 * kept);
}

namespace {

/// Reads parts of a file in pieces.
class PieceReader {
public:
  PieceReader(const std::string& path, llvm::function_ref<void(llvm::StringRef)> use)
      : path(path), use(use), file(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~PieceReader() {
    if (file >= 0)
      ::close(file);
  }

  llvm::Error failure() const { return base::systemError("cannot read `" + path + "`", errno); }
  bool size(uint64_t& bytes) const {
    struct stat status;
    if (file < 0 || ::fstat(file, &status) != 0)
      return false;
    bytes = static_cast<uint64_t>(status.st_size);
    return true;
  }
  bool numbers(uint64_t offset, uint64_t (&values)[3]) const {
    return ::pread(file, values, sizeof values, static_cast<off_t>(offset)) == sizeof values;
  }
  bool read(uint64_t begin, uint64_t end) {
    while (begin < end) {
      size_t wanted = static_cast<size_t>(std::min<uint64_t>(PieceSize, end - begin));
      ssize_t count = ::pread(file, buffer.get(), wanted, static_cast<off_t>(begin));
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return count == 0;
      use({buffer.get(), static_cast<size_t>(count)});
      begin += static_cast<uint64_t>(count);
    }
    return true;
  }

private:
  static constexpr size_t PieceSize = 256 * 1024;

  const std::string& path;
  llvm::function_ref<void(llvm::StringRef)> use;
  int file;
  std::unique_ptr<char[]> buffer{new char[PieceSize]};
};

} // namespace

llvm::Error readOutput(const std::string& path, llvm::function_ref<void(llvm::StringRef)> use,
                       llvm::function_ref<void(uint64_t bytes)> leftOut, uint64_t kept) {
  PieceReader reader(path, use);
  uint64_t size = 0;
  if (!reader.size(size))
    return reader.failure();
  if (size <= 2 * kept)
    return reader.read(0, size) ? llvm::Error::success() : reader.failure();
  uint64_t numbers[3];
  if (!reader.numbers(2 * kept, numbers))
    return reader.failure();
  auto [beginning, behind, missing] = numbers;
  if (!reader.read(0, beginning))
    return reader.failure();
  leftOut(missing + (behind > kept ? behind - kept : 0));
  uint64_t oldest = kept + (behind > kept ? behind % kept : 0);
  if (!reader.read(oldest, kept + std::min(behind, kept)) || !reader.read(kept, oldest))
    return reader.failure();
  return llvm::Error::success();
}

} // namespace pipec::sandbox
