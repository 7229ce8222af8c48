// Lines and columns of a file.
#include "compiler/diagnostics/source_file.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

namespace pipec::diagnostics {

SourceFile::SourceFile(std::string path, std::string text)
    : shownPath(std::move(path)), content(std::move(text)) {
  assert(content.size() < std::numeric_limits<uint32_t>::max() && "offsets have 32 bits");
  lineStarts.push_back(0);
  for (size_t at = content.find('\n'); at != std::string::npos; at = content.find('\n', at + 1))
    lineStarts.push_back(static_cast<uint32_t>(at + 1));
}

/// Bytes 10xxxxxx continue a code point; all others begin one, also in text that is not UTF-8.
/// Eight bytes at a time: a line may be a million bytes long, and have many places.
static uint32_t codePointsIn(llvm::StringRef bytes) {
  constexpr uint64_t Ones = 0x0101010101010101;
  size_t continuing = 0, at = 0;
  for (; at + sizeof(uint64_t) <= bytes.size(); at += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    // One bit for each byte that continues; the product adds them up in the highest byte.
    continuing += (((word >> 7) & ~(word >> 6) & Ones) * Ones) >> 56;
  }
  for (char c : bytes.drop_front(at))
    continuing += (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  return static_cast<uint32_t>(bytes.size() - continuing);
}

LineColumn SourceFile::lineColumn(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(content.size()));
  auto next = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  auto line = static_cast<uint32_t>(next - lineStarts.begin());
  return {line, 1 + codePointsIn(text().slice(lineStart(line), offset))};
}

llvm::StringRef SourceFile::line(uint32_t line) const {
  assert(line >= 1 && line <= lineCount());
  llvm::StringRef result = text().substr(lineStart(line));
  if (line < lineCount())
    result = text().slice(lineStart(line), lineStart(line + 1) - 1);
  result.consume_back("\r");
  return result;
}

SourceFileId SourceManager::add(std::string path, std::string text) {
  return files.push(std::make_unique<SourceFile>(std::move(path), std::move(text)));
}

} // namespace pipec::diagnostics
