// The synchronisation sets of SPEC §4.5, by rule.
#include "compiler/parse/regions.h"

namespace pipec::parse {

using antlr4::ParserRuleContext;
using pipedsl::PipeParser;

static ParserRuleContext* parentOf(const ParserRuleContext& context) {
  return dynamic_cast<ParserRuleContext*>(context.parent);
}

static size_t ruleOf(const ParserRuleContext* context) {
  return context ? context->getRuleIndex() : static_cast<size_t>(-1);
}

uint32_t regionBegin(const ParserRuleContext* context) {
  const ParserRuleContext* last = context;
  for (; context; context = parentOf(*context)) {
    last = context;
    switch (context->getRuleIndex()) {
    case PipeParser::RuleActionItem:
    case PipeParser::RuleStageItem:
    case PipeParser::RulePipelineItem:
    case PipeParser::RuleFnStmt:
    case PipeParser::RuleSetting:
    case PipeParser::RuleParam:
    case PipeParser::RuleField:
    case PipeParser::RuleOutField:
    case PipeParser::RuleTopDecl:
    case PipeParser::RuleUseDecl:
      return static_cast<const Token*>(context->start)->begin;
    default:
      break;
    }
  }
  return last ? static_cast<const Token*>(last->start)->begin : 0;
}

uint32_t lineBegin(const TokenStream& tokens, size_t index) {
  while (index > 0 && !tokens.at(index).startsLine)
    --index;
  return tokens.at(index).begin;
}

static Token* tokenOf(antlr4::tree::TerminalNode* node) {
  return node ? static_cast<Token*>(node->getSymbol()) : nullptr;
}

/// The first bracket of type `type` among the children of `context`.
static Token* opener(ParserRuleContext& context, size_t type) {
  return tokenOf(context.getToken(type, 0));
}

Token* openBody(ParserRuleContext& context) {
  switch (context.getRuleIndex()) {
  case PipeParser::RuleActionDecl:
  case PipeParser::RuleStageDecl:
  case PipeParser::RulePipelineBody:
  case PipeParser::RuleFnBody:
  case PipeParser::RuleEnvironmentDecl: {
    // Braces come in pairs, but the end of a string that is read by its layout may part one.
    Token* open = opener(context, PipeLexer::LBRACE);
    return open && open->partner ? open : nullptr;
  }
  default:
    return nullptr;
  }
}

Token* openBodyAround(ParserRuleContext& context) {
  for (ParserRuleContext* around = &context; around; around = parentOf(*around))
    if (Token* open = openBody(*around))
      return open;
  return nullptr;
}

/// A `,` between the items of a body is what is left of a list: goes behind the bracket that has
/// lost its partner.
static size_t behindLeftOfList(const TokenStream& tokens, size_t from, const Token& open) {
  if (!tokens.at(from).is(PipeLexer::COMMA))
    return from;
  for (size_t index = from; index < open.partner->index; ++index) {
    const Token& token = tokens.at(index);
    bool closes = token.is(PipeLexer::RPAREN) || token.is(PipeLexer::RBRACK);
    if (closes && !token.partner && token.depth == open.depth + 1)
      return index + 1;
  }
  return from;
}

static bool beginsItem(const TokenStream& tokens, size_t index, size_t kind) {
  const Token& token = tokens.at(index);
  const Token& next = tokens.at(index + 1);
  bool setting = token.is(PipeLexer::IDENT) && next.is(PipeLexer::ASSIGN);
  if (kind == PipeParser::RuleEnvironmentDecl)
    return setting;
  if (token.is(PipeLexer::LET) || token.is(PipeLexer::ASSERT))
    return true;
  switch (kind) {
  case PipeParser::RuleActionDecl:
    switch (token.type) {
    case PipeLexer::RUN:
    case PipeLexer::RESOLVE:
    case PipeLexer::ROLLBACK:
    case PipeLexer::PROBE:
    case PipeLexer::OUT:
      return token.startsLine;
    default:
      return setting || (token.is(PipeLexer::IDENT) && token.startsLine);
    }
  case PipeParser::RulePipelineBody:
    if (token.is(PipeLexer::STAGE) && isName(next.type))
      return token.startsLine;
    [[fallthrough]];
  case PipeParser::RuleStageDecl:
    // A call at the start of a line is an item, too.
    return token.startsLine && isName(token.type) &&
           (token.is(PipeLexer::OUT) || next.is(PipeLexer::LPAREN) || next.is(PipeLexer::DOT));
  case PipeParser::RuleFnBody:
    return token.is(PipeLexer::RETURN);
  default:
    return false;
  }
}

size_t nextItem(const TokenStream& tokens, size_t from, const Token& open, size_t kind) {
  size_t close = open.partner->index;
  for (size_t index = behindLeftOfList(tokens, from, open); index < close; ++index)
    if (tokens.at(index).depth == open.depth + 1 && beginsItem(tokens, index, kind))
      return index;
  return close;
}

size_t nextDeclaration(const TokenStream& tokens, size_t from) {
  while (!tokens.at(from).startsDeclaration && !tokens.at(from).is(antlr4::Token::EOF))
    ++from;
  return from;
}

std::optional<size_t> findAtDepth(const TokenStream& tokens, size_t from,
                                  std::initializer_list<size_t> types) {
  for (size_t index = from;; ++index) {
    const Token& token = tokens.at(index);
    for (size_t type : types)
      if (token.is(type))
        return index;
    if (token.is(antlr4::Token::EOF) || token.startsDeclaration)
      return std::nullopt;
    if (token.partner && token.partner->index > index)
      index = token.partner->index; // a pair begins
    else if (token.partner)
      return std::nullopt; // the pair around ends
  }
}

/// Behind an element of a list: at the next comma of the list or at its end.
static std::optional<size_t> behindElement(ParserRuleContext& context, const TokenStream& tokens) {
  ParserRuleContext* list = parentOf(context);
  if (!list)
    return std::nullopt;
  if (list->getRuleIndex() == PipeParser::RuleListBody)
    list = parentOf(*list);
  Token* open = nullptr;
  for (size_t type : {PipeLexer::LPAREN, PipeLexer::LBRACK, PipeLexer::LBRACE})
    if (list && !open)
      open = opener(*list, type);
  size_t here = tokens.current().index;
  if (!open || !open->partner || open->partner->index < here)
    return std::nullopt;
  for (size_t index = here; index < open->partner->index; ++index)
    if (tokens.at(index).is(PipeLexer::COMMA) && tokens.at(index).depth == open->depth + 1)
      return index;
  return open->partner->index;
}

/// Behind the closing bracket of a rule that has read its opening one.
static std::optional<size_t> behindBracket(ParserRuleContext& context, const TokenStream& tokens,
                                           size_t type) {
  Token* open = opener(context, type);
  if (!open || !open->partner || open->partner->index < tokens.current().index)
    return std::nullopt;
  return open->partner->index + 1;
}

/// Behind a declaration with a body: its `}`, also where its `{` has not been reached.
static std::optional<size_t> behindBody(ParserRuleContext& context, const TokenStream& tokens) {
  if (Token* open = openBody(context))
    return open->partner->index + 1;
  auto open = findAtDepth(tokens, tokens.current().index, {PipeLexer::LBRACE});
  if (!open || !tokens.at(*open).partner)
    return std::nullopt;
  return tokens.at(*open).partner->index + 1;
}

/// Behind an item: at the next item of the body that it is in.
static std::optional<size_t> behindItem(ParserRuleContext& context, const TokenStream& tokens) {
  ParserRuleContext* body = parentOf(context);
  Token* open = body ? openBody(*body) : nullptr;
  if (!open)
    return std::nullopt;
  size_t here = tokens.current().index;
  if (context.start == &tokens.current())
    ++here;
  return nextItem(tokens, here, *open, body->getRuleIndex());
}

std::optional<size_t> resumeBehind(ParserRuleContext& context, const TokenStream& tokens) {
  size_t here = tokens.current().index;
  size_t parent = ruleOf(parentOf(context));
  switch (context.getRuleIndex()) {
  case PipeParser::RuleArg:
  case PipeParser::RuleEntry:
  case PipeParser::RuleArm:
  case PipeParser::RuleParam:
  case PipeParser::RuleField:
  case PipeParser::RuleOutField:
    return behindElement(context, tokens);
  case PipeParser::RuleArgs:
  case PipeParser::RuleParams:
  case PipeParser::RulePrimary:
    return behindBracket(context, tokens, PipeLexer::LPAREN);
  case PipeParser::RuleList:
  case PipeParser::RuleSuffix:
    return behindBracket(context, tokens, PipeLexer::LBRACK);
  case PipeParser::RuleMatchExpr:
  case PipeParser::RuleBranch:
  case PipeParser::RuleTypeDecl:
  case PipeParser::RuleEnumDecl:
    return behindBracket(context, tokens, PipeLexer::LBRACE);
  case PipeParser::RuleStrPart:
    return behindBracket(context, tokens, PipeLexer::INTERP);
  case PipeParser::RuleExpr:
    // A condition ends where its body begins.
    if (parent == PipeParser::RuleIfExpr || parent == PipeParser::RuleMatchExpr ||
        parent == PipeParser::RuleStageDecl)
      return findAtDepth(tokens, here, {PipeLexer::LBRACE});
    return std::nullopt;
  case PipeParser::RuleResultClause:
    return findAtDepth(tokens, here, {PipeLexer::LBRACE});
  case PipeParser::RuleType:
    if (parent == PipeParser::RuleFnDecl)
      return findAtDepth(tokens, here, {PipeLexer::ASSIGN, PipeLexer::LBRACE});
    return std::nullopt;
  case PipeParser::RuleActionItem:
  case PipeParser::RuleStageItem:
  case PipeParser::RulePipelineItem:
  case PipeParser::RuleFnStmt:
  case PipeParser::RuleSetting:
    return behindItem(context, tokens);
  case PipeParser::RuleActionDecl:
  case PipeParser::RuleFnBody:
  case PipeParser::RulePipelineBody:
  case PipeParser::RuleEnvironmentDecl:
  case PipeParser::RuleStageDecl:
    return behindBody(context, tokens);
  case PipeParser::RuleTopDecl:
  case PipeParser::RuleUseDecl:
    return nextDeclaration(tokens, context.start == &tokens.current() ? here + 1 : here);
  default:
    return std::nullopt;
  }
}

} // namespace pipec::parse
