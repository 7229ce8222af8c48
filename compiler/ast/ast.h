// The syntax tree of one module: plain data, ids instead of pointers, positions everywhere.
#pragma once

#include "compiler/base/ids.h"
#include "compiler/diagnostics/source_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipec::ast {

using diagnostics::SourceFileId;
using diagnostics::SourceRange;

using ExprId = base::Id<struct ExprTag>;
using TypeExprId = base::Id<struct TypeExprTag>;

struct Name {
  std::string text;
  SourceRange range;
};

/// `a.b.c`; at least one part.
struct QualifiedName {
  std::vector<Name> parts;
  SourceRange range;
};

// ---- types ------------------------------------------------------------------

/// `name<args> with A & B ?`
struct TypeExpr {
  QualifiedName name;
  std::vector<TypeExprId> args;
  std::vector<QualifiedName> evidence;
  bool optional = false;
  SourceRange range;
  /// Could not be read, which has been reported; `name` may then have empty parts.
  bool broken = false;
};

// ---- expressions ------------------------------------------------------------

/// Stands where the text could not be read; it has been reported.
struct ErrorExpr {};
struct IntLiteral {
  int64_t value = 0;
};
struct DurationLiteral {
  int64_t milliseconds = 0;
};
struct SizeLiteral {
  int64_t bytes = 0;
};
struct BoolLiteral {
  bool value = false;
};
struct NoneLiteral {};

/// Literal text with escapes resolved, or a hole.
struct StringPart {
  std::string text; ///< used when `hole` is invalid
  ExprId hole;
  SourceRange range; ///< of the text in the file; of a hole with its `${` and `}`
};
enum class StringForm : uint8_t { Line, Block, ShellLine, ShellBlock };
/// Block forms have their indentation and last newline already removed.
struct StringLiteral {
  StringForm form = StringForm::Line;
  std::vector<StringPart> parts; ///< no two neighbours are text; empty for `""`
  bool isShell() const { return form == StringForm::ShellLine || form == StringForm::ShellBlock; }
};
struct NameExpr {
  std::string text;
};
struct ListLiteral {
  std::vector<ExprId> elements;
};
struct MapEntry {
  ExprId key;
  ExprId value;
};
struct MapLiteral {
  std::vector<MapEntry> entries;
};
/// A name bound by a comprehension or pattern; `_` binds nothing.
struct Binder {
  std::optional<Name> name;
  SourceRange range;
};
struct Generator {
  Binder first;
  std::optional<Binder> second;
  ExprId iterable;
  ExprId condition; ///< invalid if there is none
};
/// `[for … => value]`, or `[for … => key: value]` if `key` is valid.
struct Comprehension {
  std::vector<Generator> generators;
  ExprId key;
  ExprId value;
};
struct IfExpr {
  ExprId condition;
  ExprId thenValue;
  ExprId elseValue;
};
struct WildcardPattern {};
struct LiteralPattern {
  ExprId literal; ///< a literal, with its sign; a plain StringLiteral; NoneLiteral
};
/// `debug`, `cc.Mode.debug`, `some(x)`.
struct NamePattern {
  QualifiedName name;
  std::optional<Binder> argument;
};
struct Pattern {
  std::variant<WildcardPattern, LiteralPattern, NamePattern> node;
  SourceRange range;
};
struct MatchArm {
  std::vector<Pattern> alternatives;
  ExprId value;
  SourceRange range;
};
struct MatchExpr {
  ExprId subject;
  std::vector<MatchArm> arms;
};
enum class UnaryOp : uint8_t { Not, Negate };
struct UnaryExpr {
  UnaryOp op = UnaryOp::Not;
  ExprId operand;
};
enum class BinaryOp : uint8_t {
  Or,
  And,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
  Coalesce,
  Range,
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
};
struct BinaryExpr {
  BinaryOp op = BinaryOp::Or;
  ExprId left;
  ExprId right;
  SourceRange opRange;
};
struct MemberExpr {
  ExprId base;
  Name member;
};
struct Argument {
  std::optional<Name> name;
  ExprId value;
};
struct CallExpr {
  ExprId callee;
  std::vector<Argument> arguments;
  SourceRange argumentsRange; ///< with the parentheses
};
struct IndexExpr {
  ExprId base;
  ExprId index;
};

struct Expr {
  std::variant<ErrorExpr, IntLiteral, DurationLiteral, SizeLiteral, BoolLiteral, NoneLiteral,
               StringLiteral, NameExpr, ListLiteral, MapLiteral, Comprehension, IfExpr, MatchExpr,
               UnaryExpr, BinaryExpr, MemberExpr, CallExpr, IndexExpr>
      node;
  SourceRange range;
};

// ---- declarations -----------------------------------------------------------

struct LetDecl {
  Name name;
  TypeExprId type; ///< invalid if not annotated
  ExprId value;
  SourceRange range;
  std::string doc;
};
struct AssertStmt {
  ExprId condition;
  ExprId message;
  SourceRange range;
};
enum class ParamMode : uint8_t { Plain, Subject, Pool };
struct Param {
  ParamMode mode = ParamMode::Plain;
  Name name;
  TypeExprId type;
  ExprId defaultValue; ///< invalid if there is none
  SourceRange range;
  std::string doc;
};
using FnStmt = std::variant<LetDecl, AssertStmt>;
struct FnDecl {
  Name name;
  std::vector<Param> params;
  TypeExprId result;
  std::vector<FnStmt> body;
  ExprId value;
};
struct FieldDecl {
  Name name;
  TypeExprId type;
  ExprId defaultValue;
  SourceRange range;
  std::string doc;
};
struct TypeDecl {
  Name name;
  std::vector<FieldDecl> fields;
};
struct EnumMember {
  Name name;
  std::string doc;
};
struct EnumDecl {
  Name name;
  std::vector<EnumMember> members;
};

enum class ActionKind : uint8_t { Source, Build, Test, Deploy, Approve };
struct OutputField {
  Name name;
  TypeExprId type;
};
/// `-> T` (one unnamed output), `-> (a: T, b: U)`, `proves E`, or nothing.
struct ResultClause {
  TypeExprId type;                 ///< `-> T`; else invalid
  std::vector<OutputField> fields; ///< `-> (…)`
  std::optional<QualifiedName> proves;
  SourceRange range;
};
/// `out = e` or `out name = e`.
struct OutItem {
  std::optional<Name> name;
  ExprId value;
  SourceRange range;
  SourceRange keyword;
};
enum class Clause : uint8_t { Run, Resolve, Rollback, Probe };
/// The keyword: `run`.
llvm::StringRef spell(Clause clause);
struct CommandItem {
  Clause clause = Clause::Run;
  ExprId command;
  SourceRange range;
  SourceRange keyword;
};
struct Setting {
  Name name;
  ExprId value;
  SourceRange range;
};
using ActionItem = std::variant<LetDecl, AssertStmt, OutItem, CommandItem, Setting>;
struct ActionDecl {
  ActionKind kind = ActionKind::Build;
  Name name;
  std::vector<Param> params;
  std::optional<ResultClause> result;
  std::vector<ActionItem> items;
  SourceRange keyword;
  SourceRange body; ///< with its braces
};

struct EvidenceDecl {
  Name name;
};
struct EnvironmentDecl {
  Name name;
  std::vector<QualifiedName> requires_;
  std::vector<Setting> settings;
};

/// A call that stands alone.
struct CallStmt {
  ExprId call;
  SourceRange range;
};
using StageItem = std::variant<LetDecl, AssertStmt, OutItem, CallStmt>;
struct StageDecl {
  Name name;
  ExprId when; ///< invalid if there is none
  std::vector<StageItem> items;
  SourceRange range;
  SourceRange keyword;
  std::string doc;
};
using PipelineItem = std::variant<LetDecl, AssertStmt, OutItem, CallStmt, StageDecl>;
struct PipelineDecl {
  Name name;
  std::vector<Param> params;
  std::vector<PipelineItem> items;
  ExprId alias; ///< `pipeline p() = other(…)`; else invalid
  SourceRange keyword;
};

struct Decl {
  std::variant<LetDecl, FnDecl, ActionDecl, TypeDecl, EnumDecl, EvidenceDecl, EnvironmentDecl,
               PipelineDecl>
      node;
  bool isPublic = false;
  std::string doc; ///< Markdown, without the slashes
  SourceRange range;
};

/// The declared name, whatever kind of declaration it is.
const Name& nameOf(const Decl& decl);

/// `use std.git as g`, `use "./rules/go.pipe" as go`.
struct UseDecl {
  std::vector<Name> dotted; ///< empty if a file is imported
  std::string file;         ///< as written
  SourceRange pathRange;
  std::optional<Name> alias;
  SourceRange range;
  /// The name it binds: the alias, the last dotted part, or the file's stem.
  std::string boundName() const;
};

struct Comment {
  std::string text; ///< with its slashes
  SourceRange range;
};

struct Module {
  SourceFileId file;
  std::string doc;
  std::vector<UseDecl> uses;
  std::vector<Decl> decls;
  base::IdVector<ExprId, Expr> exprs;
  base::IdVector<TypeExprId, TypeExpr> types;
  std::vector<Comment> comments; ///< all of them, doc comments too, in order
  /// The parser has reported an error: something that was written may be missing in this tree.
  bool hasSyntaxErrors = false;
  std::vector<SourceRange> syntaxErrors; ///< the places of those errors, in the order reported
};

} // namespace pipec::ast
