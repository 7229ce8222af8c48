// DumpWriter: what the two halves of the dump share.
#pragma once

#include "compiler/ast/ast.h"

#include "llvm/Support/raw_ostream.h"

namespace pipec::ast {

class DumpWriter {
public:
  DumpWriter(llvm::raw_ostream& stream, const diagnostics::SourceFile& source, const Module& module)
      : stream(stream), source(source), module(module) {}

  void write();

private:
  llvm::raw_ostream& stream;
  const diagnostics::SourceFile& source;
  const Module& module;
  unsigned depth = 0;

  /// One level deeper as long as it lives.
  class Indent {
  public:
    explicit Indent(DumpWriter& writer) : writer(writer) { ++writer.depth; }
    ~Indent() { --writer.depth; }
    Indent(const Indent&) = delete;
    Indent& operator=(const Indent&) = delete;

  private:
    DumpWriter& writer;
  };

  llvm::raw_ostream& line() { return stream.indent(2 * depth); }
  /// `kind @3:5-3:9`
  llvm::raw_ostream& head(llvm::StringRef kind, SourceRange range);
  static std::string quoted(llvm::StringRef text);
  static std::string qualified(const QualifiedName& name);

  void doc(llvm::StringRef text);
  void use(const UseDecl& node);
  void decl(const Decl& node);
  void declBody(const LetDecl& node);
  void declBody(const FnDecl& node);
  void declBody(const ActionDecl& node);
  void declBody(const TypeDecl& node);
  void declBody(const EnumDecl& node);
  void declBody(const EvidenceDecl& node);
  void declBody(const EnvironmentDecl& node);
  void declBody(const PipelineDecl& node);
  void params(const std::vector<Param>& params);
  void result(const ResultClause& node);

  void let(const LetDecl& node);
  void assertion(const AssertStmt& node);
  void out(const OutItem& node);
  void setting(const Setting& node);
  void command(const CommandItem& node);
  void call(const CallStmt& node);
  void stage(const StageDecl& node);
  void itemNode(const LetDecl& node) { let(node); }
  void itemNode(const AssertStmt& node) { assertion(node); }
  void itemNode(const OutItem& node) { out(node); }
  void itemNode(const Setting& node) { setting(node); }
  void itemNode(const CommandItem& node) { command(node); }
  void itemNode(const CallStmt& node) { call(node); }
  void itemNode(const StageDecl& node) { stage(node); }
  template <class Item> void item(const Item& node) {
    std::visit([&](const auto& each) { itemNode(each); }, node);
  }

  /// Both write nothing for an id that is not valid.
  void type(TypeExprId id);
  void expr(ExprId id);
  void exprNode(const ErrorExpr& node, SourceRange range);
  void exprNode(const IntLiteral& node, SourceRange range);
  void exprNode(const DurationLiteral& node, SourceRange range);
  void exprNode(const SizeLiteral& node, SourceRange range);
  void exprNode(const BoolLiteral& node, SourceRange range);
  void exprNode(const NoneLiteral& node, SourceRange range);
  void exprNode(const StringLiteral& node, SourceRange range);
  void exprNode(const NameExpr& node, SourceRange range);
  void exprNode(const ListLiteral& node, SourceRange range);
  void exprNode(const MapLiteral& node, SourceRange range);
  void exprNode(const Comprehension& node, SourceRange range);
  void exprNode(const IfExpr& node, SourceRange range);
  void exprNode(const MatchExpr& node, SourceRange range);
  void exprNode(const UnaryExpr& node, SourceRange range);
  void exprNode(const BinaryExpr& node, SourceRange range);
  void exprNode(const MemberExpr& node, SourceRange range);
  void exprNode(const CallExpr& node, SourceRange range);
  void exprNode(const IndexExpr& node, SourceRange range);
  void pattern(const Pattern& node);
  static std::string binderName(const Binder& binder) {
    return binder.name ? binder.name->text : "_";
  }
};

} // namespace pipec::ast
