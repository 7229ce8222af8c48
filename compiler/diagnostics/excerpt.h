// Excerpts: the lines of a file that a diagnostic is about, with what is underlined in them.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include <string>
#include <vector>

namespace pipec::diagnostics {

/// What a terminal can show of `text`: tabs become four spaces; control characters, characters that
/// change the direction of text, and bytes that are not UTF-8 become U+FFFD.
std::string displayText(llvm::StringRef text);

/// One row below or between the lines of the file.
struct ExcerptRow {
  enum class Kind : uint8_t { Line, Marks, Gap };
  /// A stretch of one row in one style.
  struct Span {
    enum class Style : uint8_t { Plain, Primary, Secondary };
    Style style = Style::Plain;
    std::string text;
    bool operator==(const Span&) const = default;
  };

  Kind kind = Kind::Line;
  uint32_t line = 0; ///< of the file, from 1; for Kind::Line
  std::vector<Span> spans;
};

/// The lines that hold the labels, in order, each with its underlines and texts; `^` for the
/// primary label, `-` for the others. All labels are of one file. A line that is very long is shown
/// around its first label.
std::vector<ExcerptRow> makeExcerpt(const SourceFile& file, const Label* primary,
                                    llvm::ArrayRef<const Label*> secondary);

} // namespace pipec::diagnostics
