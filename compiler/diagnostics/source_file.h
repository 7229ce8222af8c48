// SourceFile: the text of one file, and places in it.
#pragma once

#include "compiler/base/ids.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pipec::diagnostics {

using SourceFileId = base::Id<struct SourceFileTag>;

/// Half-open range of byte offsets in one file. `begin == end` is a place between two bytes.
struct SourceRange {
  SourceFileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool valid() const { return file.valid(); }
  bool operator==(const SourceRange&) const = default;
};

/// From the start of `first` to the end of `last`; both of one file.
inline SourceRange join(SourceRange first, SourceRange last) {
  return {first.file, first.begin, last.end};
}

/// Both count from 1; a column counts Unicode code points.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

class SourceFile {
public:
  /// `path` as messages show it: relative to the workspace where it is inside, `std/git.pipe` for
  /// the library.
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return shownPath; }
  llvm::StringRef text() const { return content; }
  LineColumn lineColumn(uint32_t offset) const;
  uint32_t lineCount() const { return static_cast<uint32_t>(lineStarts.size()); }
  /// Without its line end; `line` counts from 1.
  llvm::StringRef line(uint32_t line) const;
  /// Offset of the first byte of `line`, which counts from 1.
  uint32_t lineStart(uint32_t line) const { return lineStarts[line - 1]; }

private:
  std::string shownPath;
  std::string content;
  std::vector<uint32_t> lineStarts;
};

/// Owns the files of one compilation; references stay valid as long as it lives.
class SourceManager {
public:
  SourceFileId add(std::string path, std::string text);
  const SourceFile& file(SourceFileId id) const { return *files[id]; }
  size_t size() const { return files.size(); }

private:
  base::IdVector<SourceFileId, std::unique_ptr<SourceFile>> files;
};

} // namespace pipec::diagnostics
