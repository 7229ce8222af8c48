// Layout of excerpts: display columns, underlines, and the rows of label texts.
#include "compiler/diagnostics/excerpt.h"

#include "compiler/base/character.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <map>

namespace pipec::diagnostics {

using Span = ExcerptRow::Span;
using Style = ExcerptRow::Span::Style;

namespace {

constexpr llvm::StringLiteral Replacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr llvm::StringLiteral TabText = "    ";
/// A line longer than this (bytes) is shown in part.
constexpr size_t WindowBytes = 160;
/// How much of such a line stands before its first label.
constexpr size_t WindowLead = 60;

/// One code point as it is shown.
struct Cell {
  size_t bytes = 1;
  llvm::StringRef text;
  size_t width = 1;
};

Cell cellAt(llvm::StringRef text) {
  if (text.front() == '\t')
    return {1, TabText, TabText.size()};
  base::Character character = base::firstCharacter(text);
  size_t length = character.bytes.size();
  int width = llvm::sys::unicode::columnWidthUTF8(character.bytes);
  if (!character.codePoint || base::isHidden(*character.codePoint) || width < 0)
    return {length, Replacement, 1};
  return {length, character.bytes, static_cast<size_t>(width)};
}

bool continuesCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// An underlined part of a line, in bytes from the line's start.
struct Mark {
  size_t begin = 0;
  size_t end = 0;
  bool primary = false;
  llvm::StringRef text;
  size_t column = 0; ///< where it is shown
  size_t width = 1;

  Style style() const { return primary ? Style::Primary : Style::Secondary; }
};

/// A row under construction: characters may be put anywhere, later ones win.
class RowCanvas {
public:
  void fill(size_t column, size_t width, char with, Style style) {
    if (cells.size() < column + width)
      cells.resize(column + width);
    for (size_t at = column; at < column + width; ++at)
      cells[at] = {with, style};
  }

  std::vector<Span> spans() const {
    std::vector<Span> result;
    for (const auto& [character, style] : cells) {
      if (result.empty() || result.back().style != style)
        result.push_back({style, {}});
      result.back().text += character;
    }
    return result;
  }

  size_t width() const { return cells.size(); }

private:
  std::vector<std::pair<char, Style>> cells = {};
};

/// Adds `text` after what is drawn, starting at `column`.
std::vector<Span> withText(RowCanvas canvas, size_t column, const Mark& mark) {
  if (canvas.width() < column)
    canvas.fill(canvas.width(), column - canvas.width(), ' ', Style::Plain);
  std::vector<Span> spans = canvas.spans();
  spans.push_back({mark.style(), displayText(mark.text)});
  return spans;
}

/// Gives every mark its display column and returns the line as it is shown.
std::string layOut(llvm::StringRef line, std::vector<Mark>& marks) {
  size_t from = 0;
  size_t to = line.size();
  if (line.size() > WindowBytes) {
    size_t focus = marks.empty() ? 0 : marks.front().begin;
    from = focus > WindowLead ? focus - WindowLead : 0;
    to = std::min(line.size(), from + WindowBytes);
    while (from > 0 && continuesCharacter(line[from]))
      --from;
    while (to < line.size() && continuesCharacter(line[to]))
      ++to;
  }
  std::string shown = from > 0 ? "…" : "";
  size_t column = from > 0 ? 1 : 0;
  std::vector<size_t> columnOf(to - from + 1, column);
  for (size_t at = from; at < to;) {
    Cell cell = cellAt(line.slice(at, to));
    std::fill_n(columnOf.begin() + static_cast<ptrdiff_t>(at - from), cell.bytes, column);
    shown += cell.text;
    column += cell.width;
    at += cell.bytes;
  }
  columnOf.back() = column;
  if (to < line.size())
    shown += "…";
  auto columnAt = [&](size_t byte) { return columnOf[std::clamp(byte, from, to) - from]; };
  for (Mark& mark : marks) {
    mark.column = columnAt(mark.begin);
    mark.width = std::max<size_t>(1, columnAt(mark.end) - mark.column);
  }
  return shown;
}

/// The underlines of a line; the last text stands beside them if nothing is in its way.
std::vector<ExcerptRow> markRows(std::vector<Mark> marks) {
  llvm::stable_sort(marks, [](const Mark& a, const Mark& b) { return a.column < b.column; });
  RowCanvas underlines;
  auto draw = [&](bool primary) {
    for (const Mark& mark : marks)
      if (mark.primary == primary) {
        if (underlines.width() < mark.column)
          underlines.fill(underlines.width(), mark.column - underlines.width(), ' ', Style::Plain);
        underlines.fill(mark.column, mark.width, primary ? '^' : '-', mark.style());
      }
  };
  draw(false);
  draw(true);

  std::vector<const Mark*> hanging;
  for (const Mark& mark : marks)
    if (!mark.text.empty())
      hanging.push_back(&mark);
  const Mark* beside = nullptr;
  if (!hanging.empty() && hanging.back() == &marks.back()) {
    beside = hanging.back();
    hanging.pop_back();
  }
  std::vector<ExcerptRow> rows;
  rows.push_back(
      {ExcerptRow::Kind::Marks, 0,
       beside ? withText(underlines, underlines.width() + 1, *beside) : underlines.spans()});
  auto connectors = [&](size_t count) {
    RowCanvas canvas;
    for (size_t index = 0; index < count; ++index) {
      size_t column = hanging[index]->column;
      if (canvas.width() < column)
        canvas.fill(canvas.width(), column - canvas.width(), ' ', Style::Plain);
      canvas.fill(column, 1, '|', hanging[index]->style());
    }
    return canvas;
  };
  if (!hanging.empty())
    rows.push_back({ExcerptRow::Kind::Marks, 0, connectors(hanging.size()).spans()});
  for (size_t left = hanging.size(); left-- > 0;)
    rows.push_back({ExcerptRow::Kind::Marks, 0,
                    withText(connectors(left), hanging[left]->column, *hanging[left])});
  return rows;
}

Mark markOf(const SourceFile& file, const Label& label, bool primary, uint32_t line) {
  size_t start = file.lineStart(line);
  size_t length = file.line(line).size();
  Mark mark;
  mark.begin = std::min<size_t>(label.range.begin - start, length);
  mark.end = std::clamp<size_t>(label.range.end - start, mark.begin, length);
  mark.primary = primary;
  mark.text = label.text;
  return mark;
}

} // namespace

std::string displayText(llvm::StringRef text) {
  std::string shown;
  while (!text.empty()) {
    Cell cell = cellAt(text);
    shown += cell.text;
    text = text.drop_front(cell.bytes);
  }
  return shown;
}

std::vector<ExcerptRow> makeExcerpt(const SourceFile& file, const Label* primary,
                                    llvm::ArrayRef<const Label*> secondary) {
  std::map<uint32_t, std::vector<Mark>> lines;
  auto add = [&](const Label& label, bool isPrimary) {
    uint32_t line = file.lineColumn(label.range.begin).line;
    lines[line].push_back(markOf(file, label, isPrimary, line));
  };
  if (primary)
    add(*primary, true);
  for (const Label* label : secondary)
    add(*label, false);

  std::vector<ExcerptRow> rows;
  auto addLine = [&](uint32_t line, std::vector<Mark>& marks) {
    rows.push_back(
        {ExcerptRow::Kind::Line, line, {{Style::Plain, layOut(file.line(line), marks)}}});
  };
  uint32_t previous = 0;
  for (auto& [line, marks] : lines) {
    std::vector<Mark> none;
    if (previous != 0 && line == previous + 2)
      addLine(previous + 1, none);
    else if (previous != 0 && line > previous + 1)
      rows.push_back({ExcerptRow::Kind::Gap, 0, {}});
    addLine(line, marks);
    llvm::append_range(rows, markRows(marks));
    previous = line;
  }
  return rows;
}

} // namespace pipec::diagnostics
