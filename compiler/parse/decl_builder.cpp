// Declarations and statements.
#include "compiler/parse/decl_builder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace pipec::parse {

using ast::ExprId;
using diagnostics::Code;
using diagnostics::SourceRange;

// ---- documentation ----------------------------------------------------------

/// `/// text` → `text`, line by line.
static void appendDocLine(std::string& doc, llvm::StringRef comment) {
  llvm::StringRef line = comment.drop_front(3);
  line.consume_front(" ");
  if (!doc.empty())
    doc += "\n";
  doc += line.rtrim();
}

std::string DeclBuilder::docBefore(const antlr4::ParserRuleContext& node) const {
  const auto* first = static_cast<const Token*>(node.start);
  if (!first)
    return {};
  uint32_t from = first->index == 0 ? 0 : tokens.at(first->index - 1).end;
  const std::vector<ast::Comment>& comments = context.module.comments;
  auto comment =
      llvm::partition_point(comments, [&](const ast::Comment& c) { return c.range.begin < from; });
  std::string doc;
  for (; comment != comments.end() && comment->range.begin < first->begin; ++comment) {
    llvm::StringRef text = comment->text;
    if (text.starts_with("///") && !text.starts_with("////"))
      appendDocLine(doc, text);
  }
  return doc;
}

void DeclBuilder::addModuleDoc() {
  for (const ast::Comment& comment : context.module.comments) {
    if (comment.range.begin > tokens.at(0).begin)
      return;
    if (llvm::StringRef(comment.text).starts_with("//!"))
      appendDocLine(context.module.doc, comment.text);
  }
}

// ---- module level -----------------------------------------------------------

void DeclBuilder::reportLateUse(diagnostics::SourceRange use) {
  auto report = context.emitter.emit(Code::E0109, use, "`use` must come before all declarations");
  report.help("move it to the top of the file");
  if (context.module.uses.empty())
    return;
  diagnostics::SourceRange last = context.module.uses.back().range;
  // A declaration that could not be read is in no list.
  bool isPlaced = last.end <= use.begin && !context.module.decls.empty() &&
                  context.module.decls.front().range.begin >= last.end;
  if (isPlaced)
    report.fix({"move it behind the others",
                {{{use.file, last.end, last.end}, "\n" + context.slice(use).str()}, {use, ""}}});
}

void DeclBuilder::addUse(PipeParser::UseDeclContext& use, bool late) {
  ast::UseDecl result;
  result.range = rangeOf(use);
  PipeParser::ModulePathContext* path = use.modulePath();
  result.pathRange = path ? rangeOf(*path) : result.range;
  if (path && path->qname())
    result.dotted = context.qualifiedName(path->qname(), result.pathRange).parts;
  else if (path && path->STR_TEXT())
    result.file = context.slice(context.rangeOf(*path->STR_TEXT())).str();
  if (use.ident())
    result.alias = context.name(use.ident(), result.range);
  // What stands on the next line is hardly meant where no `use` should be at all.
  bool alone = late && path && static_cast<const Token*>(path->start)->startsLine;
  bool broken = !path || use.exception || path->exception || alone ||
                (result.dotted.empty() && result.file.empty());
  // Of several in a row the first is told: they were not moved there one by one.
  if (late && !inLateUses)
    reportLateUse(result.range);
  inLateUses = late;
  if (broken)
    return;
  std::string bound = result.boundName();
  bool isName = !bound.empty() && !llvm::isDigit(bound.front()) &&
                llvm::all_of(bound, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!isName) {
    std::string alias = bound;
    std::replace_if(
        alias.begin(), alias.end(), [](char c) { return !llvm::isAlnum(c); }, '_');
    SourceRange end = context.range(result.pathRange.end, result.pathRange.end);
    auto builder = context.emitter.emit(Code::E0101, result.pathRange,
                                        "expected `as` and a name, because `" + bound +
                                            "` cannot be the name of a module");
    if (!alias.empty() && !llvm::isDigit(alias.front()))
      builder.fix(end, " as " + alias);
  }
  context.module.uses.push_back(std::move(result));
}

/// The node of whatever kind of declaration it is; nullopt if not even that could be read.
std::optional<decltype(ast::Decl::node)> DeclBuilder::declNode(PipeParser::DeclContext& decl) {
  if (PipeParser::LetDeclContext* letNode = decl.letDecl())
    return let(*letNode);
  if (PipeParser::FnDeclContext* fnNode = decl.fnDecl())
    return fn(*fnNode);
  if (PipeParser::ActionDeclContext* actionNode = decl.actionDecl())
    return action(*actionNode);
  if (PipeParser::TypeDeclContext* typeNode = decl.typeDecl())
    return type(*typeNode);
  if (PipeParser::EnumDeclContext* enumNode = decl.enumDecl())
    return enumeration(*enumNode);
  if (PipeParser::EvidenceDeclContext* evidence = decl.evidenceDecl())
    return ast::EvidenceDecl{context.name(evidence->ident(), rangeOf(*evidence))};
  if (PipeParser::EnvironmentDeclContext* environmentNode = decl.environmentDecl())
    return environment(*environmentNode);
  if (PipeParser::PipelineDeclContext* pipelineNode = decl.pipelineDecl())
    return pipeline(*pipelineNode);
  return std::nullopt;
}

void DeclBuilder::addDecl(PipeParser::TopDeclContext& top) {
  inLateUses = false;
  auto node = top.decl() ? declNode(*top.decl()) : std::nullopt;
  if (!node)
    return;
  ast::Decl decl;
  decl.node = std::move(*node);
  decl.isPublic = top.PUB() != nullptr;
  decl.doc = docBefore(top);
  decl.range = rangeOf(top);
  // Without a name nothing can be said about it, nor be asked of it.
  if (!ast::nameOf(decl).text.empty())
    context.module.decls.push_back(std::move(decl));
}

// ---- statements -------------------------------------------------------------

ExprId DeclBuilder::expr(PipeParser::ExprContext* value, SourceRange place) {
  return value ? exprs.build(value) : exprs.error(place);
}

ast::LetDecl DeclBuilder::let(PipeParser::LetDeclContext& node) {
  ast::LetDecl result;
  result.range = rangeOf(node);
  result.name = context.name(node.ident(), result.range);
  if (node.type())
    result.type = exprs.buildType(node.type(), result.range);
  result.value = expr(node.expr(), result.range);
  result.doc = docBefore(node);
  return result;
}

ast::AssertStmt DeclBuilder::assertion(PipeParser::AssertStmtContext& node) {
  SourceRange range = rangeOf(node);
  std::vector<PipeParser::ExprContext*> values = node.expr();
  ExprId condition = expr(values.empty() ? nullptr : values[0], range);
  ExprId message = expr(values.size() > 1 ? values[1] : nullptr, range);
  return {condition, message, range};
}

ast::OutItem DeclBuilder::out(PipeParser::OutItemContext& node) {
  ast::OutItem result;
  result.range = rangeOf(node);
  result.keyword = node.OUT() ? context.rangeOf(*node.OUT()) : result.range;
  if (node.ident())
    result.name = context.name(node.ident(), result.range);
  result.value = expr(node.expr(), result.range);
  return result;
}

ast::Setting DeclBuilder::setting(PipeParser::SettingContext& node) {
  SourceRange range = rangeOf(node);
  ast::Name name{{}, range};
  if (node.IDENT()) {
    name.range = context.rangeOf(*node.IDENT());
    name.text = context.slice(name.range).str();
  }
  return {std::move(name), expr(node.expr(), range), range};
}

std::vector<ast::Param> DeclBuilder::params(PipeParser::ParamsContext* node) {
  std::vector<ast::Param> result;
  if (!node)
    return result;
  for (PipeParser::ParamContext* param : node->param()) {
    ast::Param built;
    built.range = rangeOf(*param);
    if (PipeParser::ParamModeContext* mode = param->paramMode())
      built.mode = mode->POOL() ? ast::ParamMode::Pool : ast::ParamMode::Subject;
    built.name = context.name(param->ident(), built.range);
    built.type = exprs.buildType(param->type(), built.range);
    if (param->expr())
      built.defaultValue = exprs.build(param->expr());
    else if (param->ASSIGN())
      built.defaultValue = exprs.error(built.range);
    built.doc = docBefore(*param);
    if (!built.name.text.empty())
      result.push_back(std::move(built));
  }
  return result;
}

// ---- functions and types ----------------------------------------------------

ast::FnDecl DeclBuilder::fn(PipeParser::FnDeclContext& node) {
  SourceRange range = rangeOf(node);
  ast::FnDecl result;
  result.name = context.name(node.ident(), range);
  result.params = params(node.params());
  result.result = exprs.buildType(node.type(), range);
  PipeParser::FnBodyContext* body = node.fnBody();
  if (body)
    for (PipeParser::FnStmtContext* stmt : body->fnStmt()) {
      if (stmt->letDecl())
        result.body.emplace_back(let(*stmt->letDecl()));
      else if (stmt->assertStmt())
        result.body.emplace_back(assertion(*stmt->assertStmt()));
    }
  result.value = expr(body ? body->expr() : nullptr, range);
  return result;
}

ast::TypeDecl DeclBuilder::type(PipeParser::TypeDeclContext& node) {
  ast::TypeDecl result{context.name(node.ident(), rangeOf(node)), {}};
  for (PipeParser::FieldContext* field : node.field()) {
    ast::FieldDecl built;
    built.range = rangeOf(*field);
    built.name = context.name(field->ident(), built.range);
    built.type = exprs.buildType(field->type(), built.range);
    if (field->expr())
      built.defaultValue = exprs.build(field->expr());
    else if (field->ASSIGN())
      built.defaultValue = exprs.error(built.range);
    built.doc = docBefore(*field);
    if (!built.name.text.empty())
      result.fields.push_back(std::move(built));
  }
  return result;
}

ast::EnumDecl DeclBuilder::enumeration(PipeParser::EnumDeclContext& node) {
  std::vector<PipeParser::IdentContext*> names = node.ident();
  SourceRange range = rangeOf(node);
  // Without its `{` the first name is still the enum's own.
  ast::EnumDecl result{context.name(names.empty() ? nullptr : names[0], range), {}};
  for (PipeParser::IdentContext* member : llvm::drop_begin(names, names.empty() ? 0 : 1))
    if (ast::Name name = context.name(member, range); !name.text.empty())
      result.members.push_back({std::move(name), docBefore(*member)});
  return result;
}

// ---- actions ----------------------------------------------------------------

static ast::ActionKind kindOf(size_t type) {
  switch (type) {
  case PipeLexer::SOURCE:
    return ast::ActionKind::Source;
  case PipeLexer::TEST:
    return ast::ActionKind::Test;
  case PipeLexer::DEPLOY:
    return ast::ActionKind::Deploy;
  case PipeLexer::APPROVE:
    return ast::ActionKind::Approve;
  default:
    return ast::ActionKind::Build;
  }
}

ast::ActionDecl DeclBuilder::action(PipeParser::ActionDeclContext& node) {
  ast::ActionDecl result;
  SourceRange range = rangeOf(node);
  const auto* keyword = static_cast<const Token*>(node.start);
  result.kind = kindOf(keyword->type);
  result.keyword = context.rangeOf(*keyword);
  result.name = context.name(node.ident(), range);
  result.params = params(node.params());
  if (node.resultClause())
    result.result = this->result(*node.resultClause());
  for (PipeParser::ActionItemContext* item : node.actionItem())
    if (std::optional<ast::ActionItem> built = actionItem(*item))
      result.items.push_back(std::move(*built));
  result.body = context.range(range.end, range.end);
  if (antlr4::tree::TerminalNode* open = node.LBRACE())
    result.body = context.range(context.rangeOf(*open).begin, range.end);
  return result;
}

ast::ResultClause DeclBuilder::result(PipeParser::ResultClauseContext& node) {
  ast::ResultClause result;
  result.range = rangeOf(node);
  if (node.PROVES()) {
    result.proves = context.qualifiedName(node.qname(), result.range);
    return result;
  }
  for (PipeParser::OutFieldContext* field : node.outField()) {
    SourceRange here = rangeOf(*field);
    ast::OutputField built{context.name(field->ident(), here),
                           exprs.buildType(field->type(), here)};
    if (!built.name.text.empty())
      result.fields.push_back(std::move(built));
  }
  if (result.fields.empty())
    result.type = exprs.buildType(node.type(), result.range);
  return result;
}

static ast::Clause clauseOf(size_t type) {
  switch (type) {
  case PipeLexer::RESOLVE:
    return ast::Clause::Resolve;
  case PipeLexer::ROLLBACK:
    return ast::Clause::Rollback;
  case PipeLexer::PROBE:
    return ast::Clause::Probe;
  default:
    return ast::Clause::Run;
  }
}

std::optional<ast::ActionItem> DeclBuilder::actionItem(PipeParser::ActionItemContext& node) {
  if (node.letDecl())
    return let(*node.letDecl());
  if (node.assertStmt())
    return assertion(*node.assertStmt());
  if (node.outItem())
    return out(*node.outItem());
  if (node.setting())
    return setting(*node.setting());
  PipeParser::CommandItemContext* command = node.commandItem();
  if (!command)
    return std::nullopt;
  const auto* keyword = static_cast<const Token*>(command->start);
  SourceRange range = rangeOf(*command);
  return ast::CommandItem{clauseOf(keyword->type), expr(command->expr(), range), range,
                          context.rangeOf(*keyword)};
}

// ---- environments and pipelines ---------------------------------------------

ast::EnvironmentDecl DeclBuilder::environment(PipeParser::EnvironmentDeclContext& node) {
  ast::EnvironmentDecl result{context.name(node.ident(), rangeOf(node)), {}, {}};
  if (PipeParser::EvidenceSetContext* set = node.evidenceSet())
    for (PipeParser::QnameContext* evidence : set->qname())
      result.requires_.push_back(context.qualifiedName(evidence, rangeOf(*set)));
  for (PipeParser::SettingContext* item : node.setting())
    result.settings.push_back(setting(*item));
  return result;
}

std::optional<ast::CallStmt> DeclBuilder::call(PipeParser::CallStmtContext& node) {
  SourceRange range = rangeOf(node);
  std::vector<PipeParser::SuffixContext*> suffixes = node.suffix();
  bool isCall = !suffixes.empty() && suffixes.back()->args();
  if (isCall)
    return ast::CallStmt{exprs.buildCall(node), range};
  const auto* last = static_cast<const Token*>(node.stop);
  bool unfinished = node.exception || !last || recovery.hasErrorOnLine(last->index);
  for (PipeParser::SuffixContext* suffix : suffixes)
    unfinished |= suffix->exception != nullptr;
  // Words in a row are one mistake.
  bool goesOn = idleEnd > 0 && !context.text.slice(idleEnd, range.begin).contains('\n');
  idleEnd = range.end;
  if (!unfinished && !goesOn)
    context.emitter.emit(Code::E0108, range, "this statement does nothing")
        .label("only calls stand alone in a stage; name a value with `let`");
  return std::nullopt;
}

ast::StageDecl DeclBuilder::stage(PipeParser::StageDeclContext& node) {
  ast::StageDecl result;
  result.range = rangeOf(node);
  result.name = context.name(node.ident(), result.range);
  result.keyword = node.STAGE() ? context.rangeOf(*node.STAGE()) : result.range;
  if (node.WHEN())
    result.when = expr(node.expr(), result.range);
  for (PipeParser::StageItemContext* item : node.stageItem()) {
    if (item->letDecl())
      result.items.emplace_back(let(*item->letDecl()));
    else if (item->assertStmt())
      result.items.emplace_back(assertion(*item->assertStmt()));
    else if (item->outItem())
      result.items.emplace_back(out(*item->outItem()));
    else if (item->callStmt())
      if (std::optional<ast::CallStmt> built = call(*item->callStmt()))
        result.items.emplace_back(std::move(*built));
  }
  result.doc = docBefore(node);
  return result;
}

ast::PipelineDecl DeclBuilder::pipeline(PipeParser::PipelineDeclContext& node) {
  ast::PipelineDecl result;
  SourceRange range = rangeOf(node);
  result.name = context.name(node.ident(), range);
  result.keyword = node.PIPELINE() ? context.rangeOf(*node.PIPELINE()) : range;
  result.params = params(node.params());
  PipeParser::PipelineBodyContext* body = node.pipelineBody();
  if (!body)
    return result;
  if (body->ASSIGN())
    result.alias = expr(body->expr(), range);
  for (PipeParser::PipelineItemContext* item : body->pipelineItem()) {
    if (item->letDecl())
      result.items.emplace_back(let(*item->letDecl()));
    else if (item->assertStmt())
      result.items.emplace_back(assertion(*item->assertStmt()));
    else if (item->outItem())
      result.items.emplace_back(out(*item->outItem()));
    else if (item->stageDecl())
      result.items.emplace_back(stage(*item->stageDecl()));
    else if (item->callStmt())
      if (std::optional<ast::CallStmt> built = call(*item->callStmt()))
        result.items.emplace_back(std::move(*built));
  }
  return result;
}

} // namespace pipec::parse
