// A file, hashed, through libarchive's decompression.
#include "runtime/image/layer_stream.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"

#include "llvm/ADT/StringExtras.h"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::image {

void ArchiveCloser::operator()(archive* open) const {
  archive_read_free(open);
}

std::string archiveProblem(archive* reader) {
  const char* text = archive_error_string(reader);
  return text ? base::printable(text) : "it cannot be read";
}

LayerStream::~LayerStream() {
  reader.reset();
  if (file >= 0)
    ::close(file);
}

llvm::Error LayerStream::open(llvm::StringRef place, bool isCompressed) {
  path = place.str();
  compressed = isCompressed;
  file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status;
  if (file < 0 || ::fstat(file, &status) != 0) {
    failed = errno;
    return readFailure();
  }
  if (!S_ISREG(status.st_mode))
    return base::worldError("cannot read `" + base::printable(path) + "`: it is no regular file");
  fileSize = static_cast<uint64_t>(status.st_size);
  reader.reset(archive_read_new());
  // Its one entry is what was compressed; bytes that are not compressed pass through.
  archive_read_support_format_raw(reader.get());
  if (compressed)
    archive_read_support_filter_gzip(reader.get());
  archive_entry* entry;
  if (archive_read_open2(reader.get(), this, nullptr, &LayerStream::onRead, nullptr, nullptr) !=
          ARCHIVE_OK ||
      archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK)
    trouble = archiveProblem(reader.get());
  else if (compressed && archive_filter_code(reader.get(), 0) != ARCHIVE_FILTER_GZIP)
    trouble = "it is not compressed with gzip, as its media type says";
  atEnd = !trouble.empty();
  return failed ? readFailure() : llvm::Error::success();
}

llvm::StringRef LayerStream::readFile() {
  ssize_t count;
  do
    count = ::read(file, buffer.data(), buffer.size());
  while (count < 0 && errno == EINTR);
  if (count < 0) {
    failed = errno;
    return {};
  }
  llvm::StringRef bytes(buffer.data(), static_cast<size_t>(count));
  bytesRead += bytes.size();
  hash.update(bytes);
  return bytes;
}

long LayerStream::onRead(archive* reader, void* stream, const void** bytes) {
  auto& self = *static_cast<LayerStream*>(stream);
  llvm::StringRef read = self.readFile();
  *bytes = read.data();
  if (!self.failed)
    return static_cast<long>(read.size());
  archive_set_error(reader, self.failed, "it cannot be read");
  return ARCHIVE_FATAL;
}

llvm::StringRef LayerStream::next() {
  while (!atEnd) {
    const void* bytes;
    size_t count;
    la_int64_t offset;
    int status = archive_read_data_block(reader.get(), &bytes, &count, &offset);
    if (status == ARCHIVE_OK && count == 0)
      continue;
    if (status == ARCHIVE_OK) {
      bytesGiven += count;
      return {static_cast<const char*>(bytes), count};
    }
    atEnd = true;
    if (status == ARCHIVE_EOF)
      checkEnd();
    else
      trouble = archiveProblem(reader.get());
  }
  return {};
}

/// Behind the last member, libarchive does not care; those who unpack the layer do.
void LayerStream::checkEnd() {
  if (compressed && static_cast<uint64_t>(archive_filter_bytes(reader.get(), -1)) != fileSize)
    trouble = "something follows its compressed bytes";
}

llvm::Error LayerStream::readFailure() const {
  return base::systemError("cannot read `" + base::printable(path) + "`", failed);
}

llvm::Expected<std::string> LayerStream::digest() {
  while (!failed && !readFile().empty()) {
  }
  if (failed)
    return readFailure();
  return hash.digest().text();
}

} // namespace pipec::image
