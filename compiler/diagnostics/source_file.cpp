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
  codePoints.push_back(0);
  for (size_t at = 0; at + ColumnStep <= content.size(); at += ColumnStep)
    codePoints.push_back(codePoints.back() + beginsOf(this->text().substr(at, ColumnStep)));
}

/// Bytes 10xxxxxx continue a code point; all others begin one, also in text that is not UTF-8.
static uint32_t beginsOf(llvm::StringRef bytes) {
  uint32_t count = 0;
  for (char c : bytes)
    count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

uint32_t SourceFile::codePointsBefore(uint32_t offset) const {
  uint32_t step = offset / ColumnStep;
  return codePoints[step] + beginsOf(text().slice(step * ColumnStep, offset));
}

LineColumn SourceFile::lineColumn(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(content.size()));
  auto next = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  auto line = static_cast<uint32_t>(next - lineStarts.begin());
  return {line, 1 + codePointsBefore(offset) - codePointsBefore(lineStart(line))};
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
