// Printer: walks the tree of a module and its text together, and writes the document.
#pragma once

#include "compiler/format/alignment.h"
#include "compiler/format/document.h"
#include "compiler/format/source_cursor.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::format {

/// Tokens keep their order; all that is added or left out are commas behind last elements, and
/// parentheses in parentheses. Each token takes the comments before it from the cursor, so that
/// none can be lost. In the source only two things about lines count: an empty line, of which one
/// is kept, and whether the first element of a list or block stands on a line of its own.
class Printer {
public:
  /// `oneLine`: for what cannot be broken, the code in a string. The lines of the source do not
  /// count there.
  Printer(const diagnostics::SourceFile& source, const ast::Module& module, SourceCursor cursor,
          Document& doc, bool oneLine = false)
      : text(source.text()), source(source), module(module), cursor(cursor), doc(doc),
        oneLine(oneLine) {}

  void use(const ast::UseDecl& node);
  /// `padding`: spaces behind the name of a `let`.
  void decl(const ast::Decl& node, unsigned padding);
  void expr(ast::ExprId id);

  const SourceCursor& position() const { return cursor; }

private:
  llvm::StringRef text;
  const diagnostics::SourceFile& source;
  const ast::Module& module;
  SourceCursor cursor;
  Document& doc;
  bool oneLine;
  bool behindShellLine = false; ///< the last token is a `sh"…"`

  // ---- printer.cpp: tokens, comments and lists ----

  enum class Documented : bool { No, Yes };

  /// Comments where no line ends by itself.
  void gap();
  void token(llvm::StringRef token);
  /// A name, a keyword or a number, as written.
  void word();
  void spaced(llvm::StringRef token);
  /// A place for a line end, with the comments there. `first`: behind the opening bracket.
  void lineBreak(Break flat, bool first, Documented documented = Documented::No);
  /// The comments before a closing bracket, still as deep as the elements. True if there are any.
  bool commentsBeforeClosing(bool first);
  /// A comma that is there in the source; comments before it move behind it.
  void comma(Documented documented);
  void qualifiedName(const ast::QualifiedName& name);

  struct ListStyle {
    Break edge = Break::Nothing; ///< inside the brackets
    Documented documented = Documented::No;
    bool hugs = false;       ///< the last element stays on the line of the brackets
    bool obeysSource = true; ///< is broken if the source is behind the opening bracket
  };
  void list(llvm::StringRef open, llvm::StringRef close, size_t count, ListStyle style,
            llvm::function_ref<void(size_t)> element);
  /// Begins a group at an opening bracket. If it `obeysSource`, it breaks if there is a line end
  /// behind the bracket.
  void openBracket(llvm::StringRef bracket, bool obeysSource);
  /// `{ … }` around statements; on one line only if there is one.
  void block(size_t count, bool mayBeOneLine, llvm::function_ref<void(size_t)> item);
  /// Whether an empty line is printed between `end` and what begins after it, behind a comma.
  bool blankBehind(uint32_t end) const;

  // ---- print_decl.cpp ----

  void declNode(const ast::LetDecl& node, unsigned padding);
  void declNode(const ast::FnDecl& node, unsigned padding);
  void declNode(const ast::ActionDecl& node, unsigned padding);
  void declNode(const ast::TypeDecl& node, unsigned padding);
  void declNode(const ast::EnumDecl& node, unsigned padding);
  void declNode(const ast::EvidenceDecl& node, unsigned padding);
  void declNode(const ast::EnvironmentDecl& node, unsigned padding);
  void declNode(const ast::PipelineDecl& node, unsigned padding);
  void params(const std::vector<ast::Param>& params);
  void result(const ast::ResultClause& node);
  void evidence(const std::vector<ast::QualifiedName>& set);
  void type(ast::TypeExprId id);
  void defaultValue(ast::ExprId id);
  template <class Item> void items(const std::vector<Item>& items);
  void item(const ast::LetDecl& node, unsigned padding) { declNode(node, padding); }
  void item(const ast::AssertStmt& node, unsigned padding);
  void item(const ast::OutItem& node, unsigned padding);
  void item(const ast::Setting& node, unsigned padding);
  void item(const ast::CommandItem& node, unsigned padding);
  void item(const ast::CallStmt& node, unsigned padding);
  void item(const ast::StageDecl& node, unsigned padding);
  void assignment(unsigned padding, ast::ExprId value);

  // ---- print_expr.cpp ----

  /// How many `(` come next that enclose the whole of `id`.
  unsigned parenthesesAround(ast::ExprId id) const;
  bool isParenthesized(ast::ExprId id) const;
  void exprNode(const ast::ErrorExpr& node, ast::ExprId id);
  void exprNode(const ast::IntLiteral& node, ast::ExprId id);
  void exprNode(const ast::DurationLiteral&, ast::ExprId) { word(); }
  void exprNode(const ast::SizeLiteral&, ast::ExprId) { word(); }
  void exprNode(const ast::BoolLiteral&, ast::ExprId) { word(); }
  void exprNode(const ast::NoneLiteral&, ast::ExprId) { word(); }
  void exprNode(const ast::StringLiteral& node, ast::ExprId) { string(node); }
  void exprNode(const ast::NameExpr&, ast::ExprId) { word(); }
  void exprNode(const ast::ListLiteral& node, ast::ExprId id);
  void exprNode(const ast::MapLiteral& node, ast::ExprId id);
  void exprNode(const ast::Comprehension& node, ast::ExprId id);
  void exprNode(const ast::IfExpr& node, ast::ExprId id);
  void exprNode(const ast::MatchExpr& node, ast::ExprId id);
  void exprNode(const ast::UnaryExpr& node, ast::ExprId id);
  void exprNode(const ast::BinaryExpr& node, ast::ExprId id);
  void exprNode(const ast::MemberExpr& node, ast::ExprId id);
  void exprNode(const ast::CallExpr& node, ast::ExprId id);
  void exprNode(const ast::IndexExpr& node, ast::ExprId id);
  void branch(ast::ExprId value);
  void patterns(const ast::MatchArm& arm);
  void pattern(const ast::Pattern& node);
  void binder() { word(); }
  bool isHuggable(ast::ExprId id) const;
  /// How wide what begins at `begin` is on one line, for alignment.
  Cell measured(uint32_t begin, llvm::function_ref<void(Printer&)> print) const;

  // ---- print_string.cpp ----

  void string(const ast::StringLiteral& node);
  /// The path of a `use`, or the text of a pattern: no holes.
  void plainString() { string(ast::StringLiteral()); }
  std::string hole(const ast::StringPart& part) const;
};

/// The code at `cursor` on one line, however long; with a line end in it if that cannot be.
std::string onOneLine(const diagnostics::SourceFile& source, const ast::Module& module,
                      SourceCursor cursor, ast::ExprId id);

} // namespace pipec::format
