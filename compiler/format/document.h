// Document: text with places where lines may be broken, and its layout in a given width.
//
// The algebra is that of P. Wadler, "A prettier printer" (The Fun of Programming, 2003), with
// groups that break as a whole, kept as the linear stream of D. Oppen, "Prettyprinting" (ACM TOPLAS
// 2(4), 1980).
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace pipec::format {

/// A width that no line reaches.
constexpr unsigned Unlimited = std::numeric_limits<int>::max();

/// What a place for a line break is if its group stands on one line.
enum class Break : uint8_t { Nothing, Space };

/// One line of a literal that has several. A line is put two columns deeper than the line on which
/// the literal begins, unless it is `verbatim`.
struct LiteralLine {
  std::string text;
  bool verbatim = false;
};

/// Spaces and line ends are only asked for, and made when text follows: a line never ends in a
/// space, and of several line ends in a row one is made.
class Document {
public:
  /// `text` has no line end.
  void text(llvm::StringRef text);
  /// `broken` spaces if the group around is broken, else `flat`.
  void space(unsigned flat = 1, unsigned broken = 1);
  /// A line end if the group around is broken; with `blank` an empty line, too.
  void line(Break flat, bool blank = false);
  /// Text to the end of the line: breaks all groups around, and what follows is on the next line.
  void comment(llvm::StringRef text);
  /// The first line stands where it is. Breaks all groups around.
  void literal(std::vector<LiteralLine> lines);
  /// Text that is there only if the group around is broken.
  void ifBroken(llvm::StringRef text);

  /// A group is broken if it does not fit, or if something in it must be. Outside all groups every
  /// place for a break is one.
  void beginGroup();
  void endGroup();
  /// A part of the innermost group that may be broken while the group itself stays as on one line:
  /// `all([` and `])` around the lines of the list.
  void beginHugged();
  void endHugged();
  void breakGroup();

  /// Lines two columns deeper, if the group around is broken.
  void beginIndent();
  void endIndent();

  /// Without a line end behind the last line.
  std::string render(unsigned width) const;

private:
  friend class Layout;

  enum class Kind : uint8_t {
    Text,
    Space,
    Line,
    Comment,
    Literal,
    IfBroken,
    GroupBegin,
    GroupEnd,
    IndentBegin,
    IndentEnd,
  };
  static constexpr uint32_t None = ~0U;

  struct Piece {
    Kind kind = Kind::Text;
    bool blank = false;        ///< Line
    bool mustBreak = false;    ///< GroupBegin
    bool huggedBreaks = false; ///< GroupBegin: its hugged part must break
    uint32_t width = 0;        ///< of text; Space, Line: if not broken
    uint32_t broken = 0;       ///< Space: if broken
    uint32_t index = None;     ///< Literal: in `literals`; GroupBegin: of its hugged part
    std::string text;
  };
  struct OpenGroup {
    size_t index = 0;
    bool inHugged = false;
  };

  std::vector<Piece> pieces;
  std::vector<std::vector<LiteralLine>> literals;
  std::vector<OpenGroup> open;

  Piece& add(Kind kind);
  Piece& addText(Kind kind, llvm::StringRef text);
};

/// In columns of a terminal.
unsigned columnsOf(llvm::StringRef text);

} // namespace pipec::format
