// LayerStream: the blob of a layer as the bytes of its tar file. Private to this folder.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

struct archive;

namespace pipec::image {

struct ArchiveCloser {
  void operator()(archive* open) const;
};
using Archive = std::unique_ptr<archive, ArchiveCloser>;

/// What libarchive says of its last failure.
std::string archiveProblem(archive* reader);

/// Reads a file once, from its start to its end, and hashes it on the way.
class LayerStream {
public:
  LayerStream() = default;
  ~LayerStream();
  LayerStream(const LayerStream&) = delete;
  LayerStream& operator=(const LayerStream&) = delete;

  /// `isCompressed`: with gzip, in one or several members. A world error if it is no regular file
  /// or cannot be opened.
  llvm::Error open(llvm::StringRef path, bool isCompressed);

  uint64_t size() const { return fileSize; }       ///< bytes of the file
  uint64_t consumed() const { return bytesRead; }  ///< bytes of the file that were read so far
  uint64_t unpacked() const { return bytesGiven; } ///< bytes that `next` gave so far

  /// The next bytes, valid until the next call; empty at the end, and when `problem` tells of one.
  llvm::StringRef next();
  /// What is wrong with the file itself; empty: nothing.
  const std::string& problem() const { return trouble; }

  /// Reads what is left of the file. The digest of all of it: `sha256:…`.
  llvm::Expected<std::string> digest();

private:
  llvm::StringRef readFile();
  llvm::Error readFailure() const;
  void checkEnd();
  static long onRead(archive* reader, void* stream, const void** bytes);

  std::string path;
  bool compressed = false;
  int file = -1;
  int failed = 0; ///< errno of what failed while the file was read
  uint64_t fileSize = 0, bytesRead = 0, bytesGiven = 0;
  base::Hasher hash;
  std::array<char, 64 * 1024> buffer;
  Archive reader;
  bool atEnd = false;
  std::string trouble;
};

} // namespace pipec::image
