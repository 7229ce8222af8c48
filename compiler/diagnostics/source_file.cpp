// Lines and columns of a file.
#include "compiler/diagnostics/source_file.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace pipec::diagnostics {

SourceFile::SourceFile(std::string path, std::string text)
    : shownPath(std::move(path)), content(std::move(text)) {
  assert(content.size() < std::numeric_limits<uint32_t>::max() && "offsets have 32 bits");
  lineStarts.push_back(0);
  for (size_t at = content.find('\n'); at != std::string::npos; at = content.find('\n', at + 1))
    lineStarts.push_back(static_cast<uint32_t>(at + 1));
}

LineColumn SourceFile::lineColumn(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(content.size()));
  auto next = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  auto line = static_cast<uint32_t>(next - lineStarts.begin());
  LineColumn place{line, 1};
  // Bytes 10xxxxxx continue a code point; all others begin one, also in text that is not UTF-8.
  for (uint32_t at = lineStart(line); at < offset; ++at)
    place.column += (static_cast<unsigned char>(content[at]) & 0xC0) != 0x80;
  return place;
}

llvm::StringRef SourceFile::line(uint32_t line) const {
  assert(line >= 1 && line <= lineCount());
  llvm::StringRef rest = text().substr(lineStart(line));
  llvm::StringRef result = rest.take_until([](char c) { return c == '\n'; });
  result.consume_back("\r");
  return result;
}

SourceFileId SourceManager::add(std::string path, std::string text) {
  return files.push(std::make_unique<SourceFile>(std::move(path), std::move(text)));
}

} // namespace pipec::diagnostics
