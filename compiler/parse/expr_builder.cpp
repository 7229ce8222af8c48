// Operands: primaries, suffixes, literals, lists, `if` and `match`.
#include "compiler/parse/expr_builder.h"

#include "compiler/parse/numbers.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/precedence.h"
#include "compiler/parse/string_reader.h"

#include <algorithm>

namespace pipec::parse {

using ast::ExprId;
using diagnostics::Code;
using diagnostics::SourceRange;

// ---- adding nodes -----------------------------------------------------------

ExprId ExprBuilder::add(decltype(ast::Expr::node) node, SourceRange range, uint32_t depth) {
  if (depth > MaxExprDepth)
    return tooDeep(range);
  depths.push_back(static_cast<uint16_t>(depth));
  return context.module.exprs.push({std::move(node), range});
}

ExprId ExprBuilder::add(decltype(ast::Expr::node) node, SourceRange range,
                        std::initializer_list<ExprId> children) {
  uint32_t depth = 0;
  for (ExprId child : children)
    depth = std::max(depth, depthOf(child));
  return add(std::move(node), range, depth + 1);
}

uint32_t ExprBuilder::deepest(const std::vector<ExprId>& children) const {
  uint32_t depth = 0;
  for (ExprId child : children)
    depth = std::max(depth, depthOf(child));
  return depth;
}

ExprId ExprBuilder::error(SourceRange range) {
  depths.push_back(1);
  return context.module.exprs.push({ast::ErrorExpr(), range});
}

ExprId ExprBuilder::tooDeep(SourceRange range) {
  if (!reportedDepth)
    context.emitter.emit(Code::E0011, context.range(range.begin, range.begin + 1),
                         "this expression is nested too deep; split it with `let`");
  reportedDepth = true;
  return error(range);
}

// ---- expressions ------------------------------------------------------------

ExprId ExprBuilder::build(PipeParser::ExprContext* expr) {
  if (!expr)
    return error(context.range(0, 0));
  if (nesting++ == 0)
    reportedDepth = false;
  ExprId result = PrecedenceBuilder(*this, *expr).build();
  --nesting;
  return result;
}

ExprId ExprBuilder::buildCall(PipeParser::CallStmtContext& call) {
  reportedDepth = false;
  ExprId result = call.ident() ? buildName(*call.ident()) : error(context.rangeOf(call));
  for (PipeParser::SuffixContext* suffix : call.suffix())
    result = addSuffix(result, *suffix);
  return result;
}

ExprId ExprBuilder::buildOperand(PipeParser::OperandContext& operand, bool negated) {
  std::vector<PipeParser::SuffixContext*> suffixes = operand.suffix();
  ExprId result =
      buildPrimary(operand.primary(), context.rangeOf(operand), negated && suffixes.empty());
  for (PipeParser::SuffixContext* suffix : suffixes)
    result = addSuffix(result, *suffix);
  return result;
}

ExprId ExprBuilder::addSuffix(ExprId base, PipeParser::SuffixContext& suffix) {
  SourceRange here = context.rangeOf(suffix);
  SourceRange range = diagnostics::join(rangeOf(base), here);
  if (suffix.DOT())
    return add(ast::MemberExpr{base, context.name(suffix.ident(), here)}, range, {base});
  if (suffix.LBRACK()) {
    ExprId index = suffix.expr() ? build(suffix.expr()) : error(here);
    return add(ast::IndexExpr{base, index}, range, {base, index});
  }
  PipeParser::ArgsContext* args = suffix.args();
  if (!args)
    return error(range);
  ast::CallExpr call{base, {}, here};
  uint32_t depth = depthOf(base);
  for (PipeParser::ArgContext* arg : args->arg()) {
    ast::Argument argument;
    if (arg->ident() && arg->ASSIGN())
      argument.name = context.name(arg->ident(), context.rangeOf(*arg));
    argument.value = arg->expr() ? build(arg->expr()) : error(context.rangeOf(*arg));
    depth = std::max(depth, depthOf(argument.value));
    call.arguments.push_back(std::move(argument));
  }
  return add(std::move(call), range, depth + 1);
}

ExprId ExprBuilder::buildPrimary(PipeParser::PrimaryContext* primary, SourceRange place,
                                 bool negated) {
  if (!primary)
    return error(place);
  if (PipeParser::LiteralContext* literal = primary->literal())
    return buildLiteral(*literal, negated);
  if (PipeParser::StringContext* string = primary->string())
    return buildString(*string);
  if (PipeParser::IdentContext* ident = primary->ident())
    return buildName(*ident);
  if (PipeParser::ListContext* list = primary->list())
    return buildList(*list);
  if (PipeParser::IfExprContext* expr = primary->ifExpr())
    return buildIf(*expr);
  if (PipeParser::MatchExprContext* expr = primary->matchExpr())
    return buildMatch(*expr);
  if (PipeParser::ExprContext* inner = primary->expr()) {
    ExprId result = build(inner);
    context.module.exprs[result].range = context.rangeOf(*primary);
    return result;
  }
  return error(context.rangeOf(*primary));
}

ExprId ExprBuilder::buildName(PipeParser::IdentContext& ident) {
  SourceRange range = context.rangeOf(ident);
  const auto* token = static_cast<const Token*>(ident.start);
  if (!token || token->isVirtual || range.begin == range.end)
    return error(range);
  return add(ast::NameExpr{context.slice(range).str()}, range, {});
}

ExprId ExprBuilder::buildLiteral(PipeParser::LiteralContext& literal, bool negated) {
  SourceRange range = context.rangeOf(literal);
  llvm::StringRef text = context.slice(range);
  switch (static_cast<const Token*>(literal.start)->type) {
  case PipeLexer::INT: {
    if (auto value = readInt(text, negated, range, context.emitter))
      return add(ast::IntLiteral{*value}, range, {});
    return error(range);
  }
  case PipeLexer::DURATION:
    if (auto value = readDuration(text, range, context.emitter))
      return add(ast::DurationLiteral{*value}, range, {});
    return error(range);
  case PipeLexer::SIZE:
    if (auto value = readSize(text, range, context.emitter))
      return add(ast::SizeLiteral{*value}, range, {});
    return error(range);
  case PipeLexer::TRUE:
  case PipeLexer::FALSE:
    return add(ast::BoolLiteral{text == "true"}, range, {});
  case PipeLexer::NONE:
    return add(ast::NoneLiteral{}, range, {});
  default:
    reportBadNumber(text, range, context.emitter);
    return error(range);
  }
}

ExprId ExprBuilder::buildString(PipeParser::StringContext& string) {
  SourceRange range = context.rangeOf(string);
  ast::StringLiteral literal =
      readString(string, context.text, context.file, context.emitter,
                 [&](PipeParser::ExprContext* hole) { return hole ? build(hole) : error(range); });
  uint32_t depth = 0;
  for (const ast::StringPart& part : literal.parts)
    depth = std::max(depth, depthOf(part.hole));
  return add(std::move(literal), range, depth + 1);
}

/// What is matched is known when the program is read: no hole, no command.
ExprId ExprBuilder::buildPatternText(PipeParser::StringContext& string) {
  ExprId built = buildString(string);
  const auto* literal = std::get_if<ast::StringLiteral>(&context.module.exprs[built].node);
  if (!literal)
    return built;
  SourceRange range = context.rangeOf(string);
  for (const ast::StringPart& part : literal->parts)
    if (part.hole) {
      context.emitter.emit(Code::E0101, part.range, "expected plain text in this pattern")
          .label("only what is written is matched; compare with `==` in an `if`");
      return error(range);
    }
  if (!literal->isShell())
    return built;
  context.emitter.emit(Code::E0101, range, "expected a pattern, found a command");
  return error(range);
}

// ---- lists and maps ---------------------------------------------------------

ExprId ExprBuilder::buildList(PipeParser::ListContext& list) {
  SourceRange range = context.rangeOf(list);
  PipeParser::ListBodyContext* body = list.listBody();
  if (!body)
    return list.RBRACK() ? add(ast::ListLiteral{}, range, {}) : error(range);
  if (!body->generator().empty())
    return buildComprehension(*body, range);
  if (body->COLON())
    return add(ast::MapLiteral{}, range, {});
  return buildEntries(*body, range);
}

ExprId ExprBuilder::buildEntries(PipeParser::ListBodyContext& body, SourceRange range) {
  ast::ListLiteral list;
  ast::MapLiteral map;
  std::optional<bool> isMap;
  uint32_t depth = 0;
  for (PipeParser::EntryContext* entry : body.entry()) {
    std::vector<PipeParser::ExprContext*> exprs = entry->expr();
    SourceRange here = context.rangeOf(*entry);
    bool hasKey = entry->COLON() != nullptr;
    if (isMap && *isMap != hasKey && !exprs.empty()) {
      context.emitter.emit(Code::E0101, here,
                           *isMap
                               ? "expected `key: value` like the entries before, found an element "
                                 "of a list"
                               : "expected an element of a list like those before, found "
                                 "`key: value`");
      return error(range);
    }
    isMap = isMap.value_or(hasKey);
    ExprId first = exprs.empty() ? error(here) : build(exprs[0]);
    depth = std::max(depth, depthOf(first));
    if (!hasKey) {
      list.elements.push_back(first);
      continue;
    }
    ExprId value = exprs.size() > 1 ? build(exprs[1]) : error(here);
    depth = std::max(depth, depthOf(value));
    map.entries.push_back({first, value});
  }
  if (isMap.value_or(false))
    return add(std::move(map), range, depth + 1);
  return add(std::move(list), range, depth + 1);
}

ast::Binder ExprBuilder::buildBinder(PipeParser::BinderContext* binder, SourceRange place) {
  if (!binder)
    return {std::nullopt, place};
  SourceRange range = context.rangeOf(*binder);
  if (!binder->ident())
    return {std::nullopt, range};
  return {context.name(binder->ident(), range), range};
}

ExprId ExprBuilder::buildComprehension(PipeParser::ListBodyContext& body, SourceRange range) {
  ast::Comprehension result;
  std::vector<ExprId> children;
  for (PipeParser::GeneratorContext* generator : body.generator()) {
    SourceRange here = context.rangeOf(*generator);
    std::vector<PipeParser::BinderContext*> binders = generator->binder();
    std::vector<PipeParser::ExprContext*> exprs = generator->expr();
    ast::Generator& built = result.generators.emplace_back();
    built.first = buildBinder(binders.empty() ? nullptr : binders[0], here);
    if (binders.size() > 1)
      built.second = buildBinder(binders[1], here);
    built.iterable = exprs.empty() ? error(here) : build(exprs[0]);
    if (generator->IF())
      built.condition = exprs.size() > 1 ? build(exprs[1]) : error(here);
    children.push_back(built.iterable);
    children.push_back(built.condition);
  }
  std::vector<PipeParser::EntryContext*> entries = body.entry();
  std::vector<PipeParser::ExprContext*> exprs;
  if (!entries.empty())
    exprs = entries[0]->expr();
  bool hasKey = !entries.empty() && entries[0]->COLON();
  if (hasKey)
    result.key = build(exprs[0]);
  size_t valueAt = hasKey ? 1 : 0;
  result.value = exprs.size() > valueAt ? build(exprs[valueAt]) : error(range);
  children.push_back(result.key);
  children.push_back(result.value);
  return add(std::move(result), range, deepest(children) + 1);
}

// ---- if and match -----------------------------------------------------------

ExprId ExprBuilder::buildIf(PipeParser::IfExprContext& expr) {
  SourceRange range = context.rangeOf(expr);
  std::vector<PipeParser::BranchContext*> branches = expr.branch();
  auto branchAt = [&](size_t index) {
    PipeParser::ExprContext* value = index < branches.size() ? branches[index]->expr() : nullptr;
    return value ? build(value) : error(range);
  };
  ExprId condition = expr.expr() ? build(expr.expr()) : error(range);
  ExprId thenValue = branchAt(0);
  ExprId elseValue;
  if (PipeParser::IfExprContext* chained = expr.ifExpr())
    elseValue = buildIf(*chained);
  else if (expr.ELSE())
    elseValue = branchAt(1);
  else
    elseValue = error(range);
  bool whole = !branches.empty() && branches[0]->RBRACE();
  if (!expr.ELSE() && whole && !expr.exception) {
    SourceRange end = context.range(range.end, range.end);
    auto builder =
        context.emitter.emit(Code::E0106, context.rangeOf(*expr.IF()), "this `if` has no `else`");
    builder.label("it must have a value either way");
    const auto& value = context.module.exprs[thenValue].node;
    if (std::holds_alternative<ast::ListLiteral>(value))
      builder.fix(end, " else { [] }");
    else if (std::holds_alternative<ast::MapLiteral>(value))
      builder.fix(end, " else { [:] }");
    else if (std::holds_alternative<ast::StringLiteral>(value))
      builder.fix(end, " else { \"\" }");
  }
  return add(ast::IfExpr{condition, thenValue, elseValue}, range,
             {condition, thenValue, elseValue});
}

ExprId ExprBuilder::buildMatch(PipeParser::MatchExprContext& expr) {
  SourceRange range = context.rangeOf(expr);
  ast::MatchExpr match;
  match.subject = expr.expr() ? build(expr.expr()) : error(range);
  uint32_t depth = depthOf(match.subject);
  for (PipeParser::ArmContext* arm : expr.arm()) {
    ast::MatchArm& built = match.arms.emplace_back();
    built.range = context.rangeOf(*arm);
    for (PipeParser::PatternContext* pattern : arm->pattern())
      built.alternatives.push_back(buildPattern(*pattern));
    built.value = arm->expr() ? build(arm->expr()) : error(built.range);
    depth = std::max(depth, depthOf(built.value));
  }
  return add(std::move(match), range, depth + 1);
}

/// Gives a literal its sign, unless it has it already; false if it can have none.
static bool negate(decltype(ast::Expr::node)& node) {
  if (auto* number = std::get_if<ast::IntLiteral>(&node))
    number->value = number->value > 0 ? -number->value : number->value;
  else if (auto* duration = std::get_if<ast::DurationLiteral>(&node))
    duration->milliseconds = -duration->milliseconds;
  else if (auto* size = std::get_if<ast::SizeLiteral>(&node))
    size->bytes = -size->bytes;
  else
    return std::holds_alternative<ast::ErrorExpr>(node);
  return true;
}

ast::Pattern ExprBuilder::buildPattern(PipeParser::PatternContext& pattern) {
  SourceRange range = context.rangeOf(pattern);
  if (PipeParser::LiteralContext* literal = pattern.literal()) {
    if (literal->children.empty()) // what stands there instead has been reported
      return {ast::LiteralPattern{error(range)}, range};
    bool negated = pattern.MINUS() != nullptr;
    ExprId value = buildLiteral(*literal, negated);
    if (negated && !negate(context.module.exprs[value].node)) {
      context.emitter.emit(Code::E0101, range, "expected a number behind `-`");
      value = error(range);
    }
    context.module.exprs[value].range = range;
    return {ast::LiteralPattern{value}, range};
  }
  if (PipeParser::StringContext* string = pattern.string())
    return {ast::LiteralPattern{buildPatternText(*string)}, range};
  if (PipeParser::QnameContext* qname = pattern.qname()) {
    ast::NamePattern named{context.qualifiedName(qname, range), std::nullopt};
    if (pattern.LPAREN())
      named.argument = buildBinder(pattern.binder(), range);
    return {std::move(named), range};
  }
  if (pattern.UNDERSCORE())
    return {ast::WildcardPattern{}, range};
  return {ast::LiteralPattern{error(range)}, range};
}

// ---- types ------------------------------------------------------------------

ast::TypeExprId ExprBuilder::buildType(PipeParser::TypeContext* type, SourceRange place) {
  ast::TypeExpr result;
  result.range = type ? context.rangeOf(*type) : place;
  PipeParser::TypeRefContext* ref = type ? type->typeRef() : nullptr;
  PipeParser::QnameContext* qname = ref ? ref->qname() : nullptr;
  result.name = context.qualifiedName(qname, result.range);
  result.broken = !qname || type->exception || ref->exception || qname->exception;
  if (ref)
    for (PipeParser::TypeContext* argument : ref->type())
      result.args.push_back(buildType(argument, result.range));
  if (type && type->evidenceSet())
    for (PipeParser::QnameContext* evidence : type->evidenceSet()->qname())
      result.evidence.push_back(context.qualifiedName(evidence, result.range));
  result.optional = type && type->QUESTION();
  return context.module.types.push(std::move(result));
}

} // namespace pipec::parse
