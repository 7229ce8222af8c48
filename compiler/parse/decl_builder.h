// Declarations: ANTLR's tree of one declaration → the tree of the module.
#pragma once

#include "compiler/parse/expr_builder.h"
#include "compiler/parse/recovery.h"

namespace pipec::parse {

/// Adds the uses and declarations of one file to its module, one at a time.
class DeclBuilder {
public:
  DeclBuilder(BuildContext& context, const TokenStream& tokens, const RecoveryStrategy& recovery)
      : context(context), tokens(tokens), recovery(recovery), exprs(context) {}

  /// `late`: it stands behind a declaration (E0109).
  void addUse(PipeParser::UseDeclContext& use, bool late);
  void addDecl(PipeParser::TopDeclContext& decl);
  /// Module documentation: the `//!` lines before the first token.
  void addModuleDoc();

private:
  BuildContext& context;
  const TokenStream& tokens;
  const RecoveryStrategy& recovery;
  ExprBuilder exprs;
  uint32_t idleEnd = 0;    ///< where the last statement ended that does nothing
  bool inLateUses = false; ///< the last `use` came too late, and nothing else since

  diagnostics::SourceRange rangeOf(const antlr4::ParserRuleContext& node) const {
    return context.rangeOf(node);
  }
  ast::ExprId expr(PipeParser::ExprContext* value, diagnostics::SourceRange place);
  void reportLateUse(diagnostics::SourceRange use);
  /// The `///` lines right before the first token of `node`.
  std::string docBefore(const antlr4::ParserRuleContext& node) const;

  std::optional<decltype(ast::Decl::node)> declNode(PipeParser::DeclContext& decl);
  ast::LetDecl let(PipeParser::LetDeclContext& node);
  ast::AssertStmt assertion(PipeParser::AssertStmtContext& node);
  ast::OutItem out(PipeParser::OutItemContext& node);
  ast::Setting setting(PipeParser::SettingContext& node);
  std::vector<ast::Param> params(PipeParser::ParamsContext* node);
  ast::FnDecl fn(PipeParser::FnDeclContext& node);
  ast::TypeDecl type(PipeParser::TypeDeclContext& node);
  ast::EnumDecl enumeration(PipeParser::EnumDeclContext& node);
  ast::ActionDecl action(PipeParser::ActionDeclContext& node);
  ast::ResultClause result(PipeParser::ResultClauseContext& node);
  std::optional<ast::ActionItem> actionItem(PipeParser::ActionItemContext& node);
  ast::EnvironmentDecl environment(PipeParser::EnvironmentDeclContext& node);
  ast::PipelineDecl pipeline(PipeParser::PipelineDeclContext& node);
  ast::StageDecl stage(PipeParser::StageDeclContext& node);
  std::optional<ast::CallStmt> call(PipeParser::CallStmtContext& node);
};

} // namespace pipec::parse
