// Building a document, and laying it out.
#include "compiler/format/document.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <cassert>

namespace pipec::format {

unsigned columnsOf(llvm::StringRef text) {
  int columns = llvm::sys::unicode::columnWidthUTF8(text);
  return columns < 0 ? static_cast<unsigned>(text.size()) : static_cast<unsigned>(columns);
}

// ---- building ---------------------------------------------------------------

Document::Piece& Document::add(Kind kind) {
  Piece& piece = pieces.emplace_back();
  piece.kind = kind;
  return piece;
}

Document::Piece& Document::addText(Kind kind, llvm::StringRef text) {
  assert(!text.contains('\n'));
  Piece& piece = add(kind);
  piece.text = text.str();
  piece.width = columnsOf(text);
  return piece;
}

void Document::text(llvm::StringRef text) {
  addText(Kind::Text, text);
}

void Document::space(unsigned flat, unsigned broken) {
  Piece& piece = add(Kind::Space);
  piece.width = flat;
  piece.broken = broken;
}

void Document::line(Break flat, bool blank) {
  Piece& piece = add(Kind::Line);
  piece.width = flat == Break::Space ? 1 : 0;
  piece.blank = blank;
}

void Document::comment(llvm::StringRef text) {
  breakGroup();
  addText(Kind::Comment, text);
}

void Document::literal(std::vector<LiteralLine> lines) {
  breakGroup();
  Piece& piece = add(Kind::Literal);
  piece.index = static_cast<uint32_t>(literals.size());
  piece.width = columnsOf(lines.front().text);
  literals.push_back(std::move(lines));
}

void Document::ifBroken(llvm::StringRef text) {
  addText(Kind::IfBroken, text);
}

void Document::beginGroup() {
  open.push_back({pieces.size(), false});
  add(Kind::GroupBegin);
}

void Document::endGroup() {
  open.pop_back();
  add(Kind::GroupEnd);
}

void Document::beginHugged() {
  open.back().inHugged = true;
  pieces[open.back().index].index = static_cast<uint32_t>(pieces.size());
}

void Document::endHugged() {
  open.back().inHugged = false;
}

void Document::breakGroup() {
  for (const OpenGroup& group : open)
    (group.inHugged ? pieces[group.index].huggedBreaks : pieces[group.index].mustBreak) = true;
}

void Document::beginIndent() {
  add(Kind::IndentBegin);
}

void Document::endIndent() {
  add(Kind::IndentEnd);
}

// ---- layout -----------------------------------------------------------------

/// Decides group by group, from the outside in, whether it is broken.
class Layout {
public:
  Layout(const Document& document, unsigned width) : document(document), width(width) {}

  std::string run() {
    for (size_t index = 0; index < document.pieces.size(); ++index)
      put(index);
    return std::move(out);
  }

private:
  using Kind = Document::Kind;
  using Piece = Document::Piece;
  /// Hugging: only the hugged part is broken; the group's own places are as on one line.
  enum class Mode : uint8_t { Flat, Hugging, Broken };

  const Document& document;
  unsigned width;
  std::string out;
  std::vector<Mode> groups = {Mode::Broken};
  std::vector<unsigned> indents = {0};
  unsigned column = 0;
  unsigned lineIndent = 0; ///< of the current line
  unsigned spaces = 0;     ///< asked for
  unsigned lineEnds = 0;   ///< asked for
  unsigned nextIndent = 0; ///< of the line that was asked for

  bool isBroken() const { return groups.back() == Mode::Broken; }

  void put(size_t index) {
    const Piece& piece = document.pieces[index];
    switch (piece.kind) {
    case Kind::Text:
      write(piece.text, piece.width);
      return;
    case Kind::Comment:
      write(piece.text, piece.width);
      askForLine(false);
      return;
    case Kind::IfBroken:
      if (isBroken())
        write(piece.text, piece.width);
      return;
    case Kind::Space:
      askForSpaces(isBroken() ? piece.broken : piece.width);
      return;
    case Kind::Line:
      isBroken() ? askForLine(piece.blank) : askForSpaces(piece.width);
      return;
    case Kind::Literal:
      writeLiteral(piece);
      return;
    case Kind::GroupBegin:
      groups.push_back(modeOf(index));
      return;
    case Kind::GroupEnd:
      groups.pop_back();
      return;
    case Kind::IndentBegin:
      indents.push_back(indents.back() + (isBroken() ? 2 : 0));
      return;
    case Kind::IndentEnd:
      indents.pop_back();
      return;
    }
  }

  void askForSpaces(unsigned count) {
    if (lineEnds == 0)
      spaces = std::max(spaces, count);
  }

  void askForLine(bool blank) {
    lineEnds = std::max(lineEnds, blank ? 2U : 1U);
    nextIndent = indents.back();
    spaces = 0;
  }

  void write(llvm::StringRef text, unsigned columns) {
    if (lineEnds > 0 && !out.empty()) {
      out.append(lineEnds, '\n');
      out.append(nextIndent, ' ');
      lineIndent = column = nextIndent;
    } else {
      out.append(spaces, ' ');
      column += spaces;
    }
    lineEnds = spaces = 0;
    out += text;
    column += columns;
  }

  void writeLiteral(const Piece& piece) {
    const std::vector<LiteralLine>& lines = document.literals[piece.index];
    write(lines.front().text, piece.width);
    for (const LiteralLine& line : llvm::drop_begin(lines)) {
      unsigned indent = line.verbatim || line.text.empty() ? 0 : lineIndent + 2;
      out += '\n';
      out.append(indent, ' ');
      out += line.text;
      column = indent + columnsOf(line.text);
    }
  }

  Mode modeOf(size_t index) const {
    const Piece& group = document.pieces[index];
    if (groups.back() == Mode::Flat)
      return Mode::Flat;
    if (group.mustBreak)
      return Mode::Broken;
    if (!group.huggedBreaks && fits(index))
      return Mode::Flat;
    return group.index != Document::None && fitsHugging(index) ? Mode::Hugging : Mode::Broken;
  }

  int columnsLeft() const {
    unsigned used = lineEnds > 0 ? nextIndent : column + spaces;
    return static_cast<int>(width) - static_cast<int>(used);
  }

  /// Whether a group fits on the line, with what follows it up to the next place for a break.
  bool fits(size_t group) const {
    int left = columnsLeft();
    int gap = 0;
    unsigned inside = 1;           // groups that are open in this one, itself included
    unsigned behind = 0;           // groups that are open behind it
    size_t around = groups.size(); // groups that are open around it
    for (size_t index = group + 1; index < document.pieces.size() && left >= 0; ++index) {
      const Piece& piece = document.pieces[index];
      bool broken = inside == 0 && behind == 0 && groups[around - 1] == Mode::Broken;
      switch (piece.kind) {
      case Kind::Text:
        left -= gap + static_cast<int>(piece.width);
        gap = 0;
        break;
      case Kind::IfBroken:
        left -= broken ? static_cast<int>(piece.width) : 0;
        break;
      case Kind::Space:
        gap = std::max(gap, static_cast<int>(broken ? piece.broken : piece.width));
        break;
      case Kind::Line:
        if (behind > 0 || broken)
          return true;
        gap = std::max(gap, static_cast<int>(piece.width));
        break;
      case Kind::Comment:
        return true; // however long it is
      case Kind::Literal:
        return left >= gap + static_cast<int>(piece.width);
      case Kind::GroupBegin:
        ++(inside > 0 ? inside : behind);
        break;
      case Kind::GroupEnd:
        if (inside > 0)
          --inside;
        else if (behind > 0)
          --behind;
        else
          --around;
        break;
      case Kind::IndentBegin:
      case Kind::IndentEnd:
        break;
      }
    }
    return left >= 0;
  }

  /// Whether a group fits up to the first place where its hugged part can be broken.
  bool fitsHugging(size_t group) const {
    int left = columnsLeft();
    size_t hugged = document.pieces[group].index;
    unsigned inside = 1;
    for (size_t index = group + 1; inside > 0 && left >= 0; ++index) {
      const Piece& piece = document.pieces[index];
      bool atBreak = index >= hugged && piece.kind == Kind::Line;
      if (atBreak)
        return true;
      inside += piece.kind == Kind::GroupBegin ? 1 : piece.kind == Kind::GroupEnd ? -1 : 0;
      if (piece.kind == Kind::Text || piece.kind == Kind::Space || piece.kind == Kind::Line ||
          piece.kind == Kind::Literal)
        left -= static_cast<int>(piece.width);
      if (piece.kind == Kind::Literal)
        return left >= 0;
    }
    return left >= 0;
  }
};

std::string Document::render(unsigned width) const {
  return Layout(*this, width).run();
}

} // namespace pipec::format
