// The module level: declarations one after the other, with their comments and empty lines.
#include "compiler/format/format.h"

#include "compiler/format/printer.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

namespace pipec::format {

namespace {

class ModuleFormatter {
public:
  ModuleFormatter(const diagnostics::SourceFile& source, const ast::Module& module)
      : source(source), module(module), cursor(source.text(), module.comments) {}

  std::string run() {
    std::vector<unsigned> padding = alignLets();
    for (const ast::UseDecl& use : module.uses)
      add(Kind::Use, [&](Printer& printer) { printer.use(use); });
    for (const auto& [index, decl] : llvm::enumerate(module.decls)) {
      bool isLet = std::holds_alternative<ast::LetDecl>(decl.node);
      add(isLet ? Kind::Let : Kind::Other,
          [&, at = index](Printer& printer) { printer.decl(module.decls[at], padding[at]); });
    }
    addComments(cursor.takeGap(), /*separate=*/false);
    assert(cursor.atEnd());
    if (!out.empty())
      out += '\n';
    return std::move(out);
  }

private:
  enum class Kind : uint8_t { None, Use, Let, Other };

  const diagnostics::SourceFile& source;
  const ast::Module& module;
  SourceCursor cursor;
  std::string out; ///< without a line end at its end
  Kind before = Kind::None;
  bool beforeIsOneLine = false;

  /// Spaces behind the names of top-level `let`s.
  std::vector<unsigned> alignLets() const {
    std::vector<Cell> cells;
    bool blank = false;
    for (const ast::Decl& decl : module.decls) {
      const auto* let = std::get_if<ast::LetDecl>(&decl.node);
      unsigned keyword = decl.isPublic ? columnsOf("pub ") : 0;
      if (let && !let->type)
        cells.push_back({1, keyword + columnsOf(let->name.text), blank});
      else
        cells.push_back({0, 0, blank});
      blank = isBlankBetween(cursor.movedTo(decl.range.end).takeGap());
    }
    return align(cells);
  }

  static bool isBlankBetween(const Gap& gap) {
    return gap.blankBefore ||
           llvm::any_of(gap.comments, [](const GapComment& each) { return each.blankBefore; });
  }

  void addLine(llvm::StringRef text, bool blank) {
    if (!out.empty())
      out += blank ? "\n\n" : "\n";
    out += text;
  }

  /// `separate`: an empty line is needed, and goes before the first that has none.
  bool addComments(const Gap& gap, bool separate) {
    if (gap.trailing)
      (out += ' ') += *gap.trailing;
    for (const GapComment& comment : gap.comments) {
      addLine(comment.text, comment.blankBefore || separate);
      separate = false;
    }
    return separate;
  }

  void add(Kind kind, llvm::function_ref<void(Printer&)> print) {
    Gap gap = cursor.takeGap();
    if (gap.trailing && kind != Kind::Use && isDocComment(*gap.trailing)) {
      gap.comments.insert(gap.comments.begin(), {*gap.trailing, false});
      gap.trailing.reset();
    }
    Document doc;
    Printer printer(source, module, cursor, doc);
    print(printer);
    std::string text = doc.render(LineWidth);
    cursor = printer.position();
    bool isOneLine = !llvm::StringRef(text).contains('\n');
    bool together = before == Kind::None ||
                    (before == kind && (kind == Kind::Use || kind == Kind::Let)) ||
                    (before != Kind::Use && beforeIsOneLine && isOneLine);
    bool separate = addComments(gap, !together && !isBlankBetween(gap));
    addLine(text, gap.blankBefore || separate);
    before = kind;
    beforeIsOneLine = isOneLine;
  }
};

} // namespace

std::string formatModule(const diagnostics::SourceFile& source, const ast::Module& module) {
  assert(!module.hasSyntaxErrors);
  return ModuleFormatter(source, module).run();
}

} // namespace pipec::format
