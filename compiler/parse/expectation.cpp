// From states of the parser to words.
#include "compiler/parse/expectation.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace pipec::parse {

llvm::StringRef textOf(const antlr4::ParserRuleContext& context, llvm::StringRef text) {
  const auto* first = static_cast<const Token*>(context.start);
  const auto* last = static_cast<const Token*>(context.stop);
  return first && last && first->begin <= last->end ? text.slice(first->begin, last->end)
                                                    : llvm::StringRef();
}

namespace {

/// The words for signs and keywords, in the order in which they are listed.
constexpr std::pair<size_t, llvm::StringLiteral> Signs[] = {
    {PipeLexer::WHEN, "`when`"},     {PipeLexer::REQUIRES, "`requires`"},
    {PipeLexer::PROVES, "`proves`"}, {PipeLexer::IN, "`in`"},
    {PipeLexer::FOR, "`for`"},       {PipeLexer::ASSIGN, "`=`"},
    {PipeLexer::COLON, "`:`"},       {PipeLexer::ARROW, "`->`"},
    {PipeLexer::FAT_ARROW, "`=>`"},  {PipeLexer::BAR, "`|`"},
    {PipeLexer::COMMA, "`,`"},       {PipeLexer::LPAREN, "`(`"},
    {PipeLexer::LBRACE, "`{`"},      {PipeLexer::GT, "`>`"},
    {PipeLexer::RPAREN, "`)`"},      {PipeLexer::RBRACK, "`]`"},
    {PipeLexer::RBRACE, "`}`"},      {PipeLexer::STR_CLOSE, "`\"`"},
};

std::string listed(const std::vector<std::string>& parts) {
  std::string result;
  for (size_t index = 0; index < parts.size(); ++index) {
    if (index > 0)
      result += index + 1 == parts.size() ? " or " : ", ";
    result += parts[index];
  }
  return result;
}

/// The clauses of an action's body, by its kind.
std::vector<std::string> bodyOf(PipeParser::ActionDeclContext& action) {
  switch (static_cast<const Token*>(action.actionKind()->start)->type) {
  case PipeLexer::SOURCE:
    return {"a setting", "`run`", "`resolve`", "`out`", "`let`"};
  case PipeLexer::TEST:
    return {"a setting", "`run`", "`let`"};
  case PipeLexer::DEPLOY:
    return {"a setting", "`run`", "`rollback`", "`probe`", "`let`"};
  case PipeLexer::APPROVE:
    return {"a setting", "`let`"};
  default:
    return {"a setting", "`run`", "`out`", "`let`"};
  }
}

template <class Context> Context* enclosing(antlr4::tree::ParseTree* node) {
  for (; node; node = node->parent)
    if (auto* found = dynamic_cast<Context*>(node))
      return found;
  return nullptr;
}

/// The parser's own set, reduced step by step to what helps.
class ExpectedWords {
public:
  ExpectedWords(PipeParser& parser) : context(parser.getContext()) {
    for (ssize_t type : parser.getExpectedTokens().toList())
      types.insert(static_cast<size_t>(type));
  }

  std::string describe() {
    // Behind an operand or a type much is possible that nobody misses.
    bool behindOperand = has(PipeLexer::OR) && has(PipeLexer::PLUS);
    if (behindOperand)
      drop({PipeLexer::OR, PipeLexer::AND, PipeLexer::EQ, PipeLexer::NE, PipeLexer::LT,
            PipeLexer::GT, PipeLexer::LE, PipeLexer::GE, PipeLexer::IN, PipeLexer::QQ,
            PipeLexer::RANGE, PipeLexer::PLUS, PipeLexer::MINUS, PipeLexer::STAR, PipeLexer::SLASH,
            PipeLexer::PERCENT, PipeLexer::DOT, PipeLexer::LPAREN, PipeLexer::LBRACK});
    bool behindType = has(PipeLexer::WITH) && has(PipeLexer::QUESTION);
    if (behindType)
      drop({PipeLexer::WITH, PipeLexer::QUESTION, PipeLexer::DOT, PipeLexer::LT, PipeLexer::AMP});
    drop({PipeLexer::DOT});
    addStarts();
    for (const auto& [type, word] : Signs)
      if (has(type))
        parts.push_back(word.str());
    if (parts.empty())
      return behindOperand ? "an operator" : "something else";
    return listed(parts);
  }

private:
  antlr4::ParserRuleContext* context;
  std::set<size_t> types;
  std::vector<std::string> parts;

  bool has(size_t type) const { return types.count(type) != 0; }
  void drop(std::initializer_list<size_t> unwanted) {
    for (size_t type : unwanted)
      types.erase(type);
  }
  void dropNames() {
    std::erase_if(types, [](size_t type) { return isName(type); });
  }

  /// What begins a thing: a value, a name, an item of a body.
  void addStarts() {
    if (has(PipeLexer::MATCH)) {
      parts.push_back("a value");
      bool generators = has(PipeLexer::FOR);
      std::erase_if(types, [](size_t type) { return startsExpression(type); });
      if (generators)
        drop({PipeLexer::FOR, PipeLexer::COLON});
      return;
    }
    if (has(PipeLexer::LET)) {
      addBodyItems();
      return;
    }
    if (has(PipeLexer::UNDERSCORE) && has(PipeLexer::INT))
      parts.push_back("a pattern");
    else if (has(PipeLexer::IDENT) && has(PipeLexer::SUBJECT))
      parts.push_back(nameWord());
    else if (has(PipeLexer::IDENT))
      parts.push_back("a setting");
    else
      return;
    dropNames();
    std::erase_if(types, [](size_t type) { return startsExpression(type); });
    drop({PipeLexer::UNDERSCORE});
  }

  void addBodyItems() {
    if (has(PipeLexer::RETURN))
      parts = {"`let`", "`assert`", "`return`"};
    else if (has(PipeLexer::FN))
      parts.push_back("a declaration");
    else if (auto* action = enclosing<PipeParser::ActionDeclContext>(context))
      parts = bodyOf(*action);
    else if (enclosing<PipeParser::StageDeclContext>(context))
      parts = {"`let`", "`out`", "a call"};
    else
      parts = {"`let`", "`stage`", "`out`", "a call"};
    dropNames();
    drop({PipeLexer::LET, PipeLexer::ASSERT, PipeLexer::RETURN, PipeLexer::LPAREN});
  }

  std::string nameWord() const {
    switch (context->getRuleIndex()) {
    case PipeParser::RuleParams:
    case PipeParser::RuleParam:
      return "a parameter";
    case PipeParser::RuleTypeDecl:
      return "a field";
    case PipeParser::RuleEnumDecl:
      return "a member";
    default:
      break;
    }
    bool isType = enclosing<PipeParser::TypeRefContext>(context) ||
                  context->getRuleIndex() == PipeParser::RuleType ||
                  context->getRuleIndex() == PipeParser::RuleResultClause;
    return isType ? "a type" : "a name";
  }
};

/// The parser looked ahead of the current token before it gave up, so its state is too early.
std::string describeAhead(antlr4::ParserRuleContext& context, const Token& current) {
  switch (context.getRuleIndex()) {
  case PipeParser::RuleArgs:
    return "a value or `)`";
  case PipeParser::RuleArg:
    return "`,` or `)`";
  case PipeParser::RuleParams:
    return "a parameter or `)`";
  case PipeParser::RuleParam:
    return "`:`";
  case PipeParser::RuleResultClause:
    return current.is(PipeLexer::ARROW) ? "a type or `(`" : "a name or `)`";
  case PipeParser::RuleTypeDecl:
    return "a field or `}`";
  case PipeParser::RuleEnumDecl:
    return "a member or `}`";
  case PipeParser::RuleMatchExpr:
    return "a pattern or `}`";
  case PipeParser::RuleListBody:
    return "a value or `]`";
  default:
    break;
  }
  if (current.is(PipeLexer::STAGE))
    return "the name of the stage";
  return current.is(PipeLexer::OUT) ? "a name or `=`" : "a call";
}

std::string quoted(llvm::StringRef text) {
  return "`" + text.str() + "`";
}

std::string nameIn(PipeParser::IdentContext* ident, llvm::StringRef text) {
  return ident && ident->start ? quoted(textOf(*ident, text)) : "this";
}

} // namespace

std::string describeExpected(PipeParser& parser, const TokenStream& tokens, size_t offending) {
  const Token& current = tokens.current();
  if (offending != current.index)
    return describeAhead(*parser.getContext(), current);
  return ExpectedWords(parser).describe();
}

std::string describeFound(const Token& token, llvm::StringRef text) {
  if (token.is(antlr4::Token::EOF))
    return "the end of the file";
  constexpr size_t LongestShown = 40;
  uint32_t end = opensString(token.type) && token.partner ? token.partner->end : token.end;
  llvm::StringRef shown = text.slice(token.begin, end);
  if (shown.empty())
    return token.is(PipeLexer::RBRACE) ? "`}`" : "the end of the text";
  if (opensString(token.type) && (shown.size() > LongestShown || shown.contains('\n')))
    return "a text";
  return quoted(shown.take_front(LongestShown));
}

std::string describePlace(antlr4::ParserRuleContext* context, llvm::StringRef text) {
  for (antlr4::tree::ParseTree* node = context; node; node = node->parent) {
    if (auto* args = dynamic_cast<PipeParser::ArgsContext*>(node)) {
      auto* call = dynamic_cast<antlr4::ParserRuleContext*>(args->parent->parent);
      const auto* open = static_cast<const Token*>(args->start);
      if (!call || !call->start)
        return " in these arguments";
      llvm::StringRef callee =
          text.slice(static_cast<const Token*>(call->start)->begin, open->begin).trim();
      bool isShort = callee.size() <= 40 && !callee.contains('\n');
      return isShort ? " in the arguments of " + quoted(callee) : " in these arguments";
    }
    if (dynamic_cast<PipeParser::ListContext*>(node))
      return " in this list";
    if (auto* part = dynamic_cast<PipeParser::StrPartContext*>(node); part && part->INTERP())
      return " in `${…}`";
    if (auto* match = dynamic_cast<PipeParser::MatchExprContext*>(node); match && match->LBRACE())
      return " in this `match`";
    if (auto* type = dynamic_cast<PipeParser::TypeDeclContext*>(node))
      return " in type " + nameIn(type->ident(), text);
    if (auto* decl = dynamic_cast<PipeParser::EnumDeclContext*>(node))
      return " in enum " + (decl->ident().empty() ? "this" : nameIn(decl->ident(0), text));
    if (auto* action = dynamic_cast<PipeParser::ActionDeclContext*>(node)) {
      std::string name =
          textOf(*action->actionKind(), text).str() + " " + nameIn(action->ident(), text);
      return (action->LBRACE() ? " in the body of " : " in the head of ") + name;
    }
    if (auto* stage = dynamic_cast<PipeParser::StageDeclContext*>(node))
      return " in stage " + nameIn(stage->ident(), text);
    if (auto* pipeline = dynamic_cast<PipeParser::PipelineDeclContext*>(node))
      return " in pipeline " + nameIn(pipeline->ident(), text);
    if (auto* fn = dynamic_cast<PipeParser::FnDeclContext*>(node))
      return " in fn " + nameIn(fn->ident(), text);
    if (auto* environment = dynamic_cast<PipeParser::EnvironmentDeclContext*>(node))
      return " in environment " + nameIn(environment->ident(), text);
  }
  return {};
}

} // namespace pipec::parse
