// Wording errors of the parser, repairing what is clear, and going on at the next region.
#include "compiler/parse/recovery.h"

#include "compiler/parse/regions.h"

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticBuilder;

static PipeParser& ours(antlr4::Parser* parser) {
  return *static_cast<PipeParser*>(parser);
}

static bool holds(const antlr4::misc::IntervalSet& set, size_t type) {
  return set.contains(type);
}

bool RecoveryStrategy::isNews(uint32_t begin, const Token& place) {
  errorLines.insert(lineBegin(tokens, place.index));
  return reportedRegions.insert(begin).second && !damage.within(begin, place.end);
}

bool RecoveryStrategy::hasErrorOnLine(size_t index) const {
  return errorLines.count(lineBegin(tokens, index)) != 0;
}

// ---- messages ---------------------------------------------------------------

/// The kinds of declarations, for people who mistype one.
static constexpr llvm::StringLiteral DeclarationWords[] = {
    "let",    "fn",    "pub",    "type",    "enum",     "evidence", "environment",
    "source", "build", "deploy", "approve", "pipeline", "test",     "use"};
static constexpr llvm::StringLiteral ClauseWords[] = {"run", "resolve", "rollback", "probe",
                                                      "let", "assert",  "stage",    "return"};

static llvm::StringRef suggestion(llvm::StringRef word, llvm::ArrayRef<llvm::StringLiteral> words) {
  std::vector<llvm::StringRef> candidates(words.begin(), words.end());
  return diagnostics::closestName(word, candidates);
}

void RecoveryStrategy::addHints(DiagnosticBuilder& builder, antlr4::ParserRuleContext* context,
                                const Token& offending) {
  const Token* before = offending.index > 0 ? &tokens.at(offending.index - 1) : nullptr;
  for (auto* node = context; node; node = dynamic_cast<antlr4::ParserRuleContext*>(node->parent)) {
    // The innermost bracket that is open: without a partner it may be what is wrong.
    antlr4::tree::TerminalNode* open = node->getToken(PipeLexer::LPAREN, 0);
    open = open ? open : node->getToken(PipeLexer::LBRACK, 0);
    if (!open)
      continue;
    const auto& bracket = *static_cast<Token*>(open->getSymbol());
    if (!bracket.partner)
      builder.also(rangeOf(bracket), "opened here");
    break;
  }
  if (context->getRuleIndex() == PipeParser::RuleFnDecl && offending.is(PipeLexer::ASSIGN))
    builder.help("a function says what it gives: `fn name(…) -> Type = …`");
  if (!before || !isName(before->type))
    return;
  llvm::StringRef word = text.slice(before->begin, before->end);
  bool inBody = context->getRuleIndex() == PipeParser::RuleStageDecl ||
                context->getRuleIndex() == PipeParser::RulePipelineBody;
  if (offending.is(PipeLexer::ASSIGN) && inBody)
    builder.help("a value gets its name with `let " + word + " = …`")
        .fix({file, before->begin, before->begin}, "let ", "`let " + word + " = …`");
  else if (before->startsLine && inBody)
    if (llvm::StringRef meant = suggestion(word, ClauseWords); !meant.empty())
      builder.help("did you mean `" + meant + "`?").fix(rangeOf(*before), meant);
}

/// A sign between the elements of a list, or a bracket without a partner, after another mistake in
/// the same body: what is left of a list, call or `match` whose beginning could not be read.
bool RecoveryStrategy::isLeftOver(antlr4::ParserRuleContext& context, const Token& found) const {
  switch (found.type) {
  case PipeLexer::COMMA:
  case PipeLexer::FAT_ARROW:
    break;
  case PipeLexer::RPAREN:
  case PipeLexer::RBRACK:
    if (!found.partner)
      break;
    return false;
  default:
    return false;
  }
  const Token* open = openBodyAround(context);
  if (!open || found.depth != open->depth + 1)
    return false;
  auto error = errorLines.upper_bound(open->begin);
  return error != errorLines.end() && *error < lineBegin(tokens, found.index);
}

void RecoveryStrategy::reportUnexpected(PipeParser& parser, size_t offending, uint32_t begin) {
  const Token& found = tokens.at(offending);
  antlr4::ParserRuleContext* context = parser.getContext();
  bool leftOver = isLeftOver(*context, found);
  if (!isNews(begin, found) || leftOver)
    return;
  DiagnosticBuilder builder =
      emitter.emit(Code::E0101, rangeOf(found),
                   "expected " + describeExpected(parser, tokens, offending) +
                       describePlace(context, text) + ", found " + describeFound(found, text));
  addHints(builder, context, found);
}

void RecoveryStrategy::reportIdleStatement(const Token& first) {
  if (!isNews(first.begin, first))
    return;
  const Token* last = opensBracket(first.type) && first.partner ? first.partner : &first;
  emitter.emit(Code::E0108, {file, first.begin, last->end}, "this statement does nothing")
      .label("only calls stand alone in a stage; name a value with `let`");
}

void RecoveryStrategy::skipAtTopLevel() {
  const Token& found = tokens.current();
  if (isNews(lineBegin(tokens, found.index), found)) {
    bool hard = found.is(PipeLexer::RETURN) || found.is(PipeLexer::ASSERT);
    llvm::StringRef expected = found.startsLine ? "a declaration" : "an operator or a declaration";
    DiagnosticBuilder builder =
        emitter.emit(Code::E0101, rangeOf(found),
                     "expected " + expected + ", found " + describeFound(found, text));
    if (found.is(PipeLexer::QUESTION))
      builder.help("a choice is written `if condition { a } else { b }`");
    else if (found.startsLine && (hard || isName(found.type))) {
      llvm::StringRef meant = suggestion(text.slice(found.begin, found.end), DeclarationWords);
      if (!meant.empty())
        builder.help("did you mean `" + meant + "`?").fix(rangeOf(found), meant);
      else
        builder.help("a declaration begins with `let`, `fn`, `type`, `enum`, `evidence`, "
                     "`environment`, `source`, `build`, `test`, `deploy`, `approve` or `pipeline`");
    }
  }
  tokens.seek(nextDeclaration(tokens, found.index + 1));
}

// ---- repairs ----------------------------------------------------------------

bool RecoveryStrategy::repairKeywordAsName(antlr4::Parser& parser,
                                           const antlr4::misc::IntervalSet& expected) {
  Token& found = tokens.current();
  if (!isHardKeyword(found.type) || !holds(expected, PipeLexer::IDENT))
    return false;
  const Token& behind = tokens.ahead(1);
  bool endsLine = !found.startsLine && (behind.startsLine || behind.is(antlr4::Token::EOF));
  switch (behind.type) {
  case PipeLexer::ASSIGN:
  case PipeLexer::COLON:
  case PipeLexer::LPAREN:
  case PipeLexer::LBRACE:
  case PipeLexer::COMMA:
  case PipeLexer::RBRACE:
  case PipeLexer::RPAREN:
  case PipeLexer::DOT:
  case PipeLexer::ARROW:
  case PipeLexer::IN:
    break;
  default:
    if (!endsLine)
      return false;
  }
  if (isNews(regionBegin(parser.getContext()), found))
    emitter
        .emit(Code::E0105, rangeOf(found),
              "`" + text.slice(found.begin, found.end) + "` is a keyword and cannot be a name")
        .label("hard keywords: let fn pub return if else match for in assert true false none and "
               "or not");
  found.type = PipeLexer::IDENT;
  return true;
}

/// What the elements of a list are called, by the rule of the list.
static llvm::StringRef elementsOf(size_t rule) {
  switch (rule) {
  case PipeParser::RuleArgs:
    return "arguments";
  case PipeParser::RuleParams:
    return "parameters";
  case PipeParser::RuleTypeDecl:
    return "fields";
  case PipeParser::RuleEnumDecl:
    return "members";
  case PipeParser::RuleMatchExpr:
    return "the arms of a `match`";
  case PipeParser::RuleListBody:
    return "elements";
  case PipeParser::RuleResultClause:
    return "outputs";
  case PipeParser::RuleTypeRef:
    return "types";
  default:
    return {};
  }
}

bool RecoveryStrategy::repairMissingComma(antlr4::Parser& parser, bool commaExpected) {
  antlr4::ParserRuleContext& context = *parser.getContext();
  llvm::StringRef elements = elementsOf(context.getRuleIndex());
  const Token& found = tokens.current();
  const Token* before = tokens.previous();
  bool begins = startsExpression(found.type) || found.is(PipeLexer::UNDERSCORE);
  if (elements.empty() || !commaExpected || !begins || !before || insertionsLeft == 0)
    return false;
  // Inside of brackets that are never closed, the next line is no element.
  antlr4::ParserRuleContext* list = &context;
  if (context.getRuleIndex() == PipeParser::RuleListBody)
    list = dynamic_cast<antlr4::ParserRuleContext*>(context.parent);
  const auto* open = list ? static_cast<const Token*>(list->start) : nullptr;
  if (open && opensBracket(open->type) && !open->partner)
    return false;
  --insertionsLeft;
  if (isNews(regionBegin(&context), found)) {
    diagnostics::SourceRange place{file, before->end, before->end};
    emitter.emit(Code::E0104, place, "missing `,` between " + elements).fix(place, ",");
  }
  tokens.insertBeforeCurrent(PipeLexer::COMMA);
  return true;
}

static llvm::StringRef signText(size_t type) {
  switch (type) {
  case PipeLexer::ASSIGN:
    return "=";
  case PipeLexer::COLON:
    return ":";
  default:
    return "=>";
  }
}

void RecoveryStrategy::reportSign(antlr4::Parser& parser, const Token& found, size_t wanted,
                                  diagnostics::SourceRange edit) {
  bool leftOver = isLeftOver(*parser.getContext(), found);
  if (!isNews(regionBegin(parser.getContext()), found) || leftOver)
    return;
  llvm::StringRef sign = signText(wanted);
  // `=` and `=>` stand between spaces, `:` right behind the name.
  bool spaced = edit.begin > 0 && text[edit.begin - 1] == ' ';
  std::string replacement = (wanted != PipeLexer::COLON && !spaced ? " " : "") + sign.str();
  DiagnosticBuilder builder =
      emitter.emit(Code::E0101, rangeOf(found),
                   "expected `" + sign + "`" + describePlace(parser.getContext(), text) +
                       ", found " + describeFound(found, text));
  const Token* before = found.index > 0 ? &tokens.at(found.index - 1) : nullptr;
  if (before && before->startsLine &&
      parser.getContext()->getRuleIndex() == PipeParser::RuleSetting) {
    llvm::StringRef meant = suggestion(text.slice(before->begin, before->end), ClauseWords);
    if (!meant.empty()) {
      builder.help("did you mean `" + meant + "`?").fix(rangeOf(*before), meant);
      return;
    }
  }
  if (found.is(PipeLexer::COLON) || found.is(PipeLexer::ASSIGN))
    builder.help("`:` stands before a type, and between the key and the value of a map; `=` before "
                 "all other values");
  builder.fix(edit, replacement, "`" + sign + "`");
}

void RecoveryStrategy::repairSign(antlr4::Parser& parser, Token& found, size_t wanted) {
  reportSign(parser, found, wanted, rangeOf(found));
  found.type = wanted;
}

/// The sign that is expected behind a name, and that people leave out or mistake.
static std::optional<size_t> expectedSign(const antlr4::misc::IntervalSet& expected, size_t rule) {
  switch (rule) {
  case PipeParser::RuleSetting:
  case PipeParser::RuleLetDecl:
  case PipeParser::RuleOutItem:
    return holds(expected, PipeLexer::ASSIGN) ? std::optional(PipeLexer::ASSIGN) : std::nullopt;
  case PipeParser::RuleParam:
  case PipeParser::RuleField:
  case PipeParser::RuleOutField:
    return holds(expected, PipeLexer::COLON) ? std::optional(PipeLexer::COLON) : std::nullopt;
  case PipeParser::RuleEntry:
    return holds(expected, PipeLexer::COLON) ? std::optional(PipeLexer::COLON) : std::nullopt;
  case PipeParser::RuleArm:
    return holds(expected, PipeLexer::FAT_ARROW) ? std::optional(PipeLexer::FAT_ARROW)
                                                 : std::nullopt;
  default:
    return std::nullopt;
  }
}

bool RecoveryStrategy::repairSign(antlr4::Parser& parser,
                                  const antlr4::misc::IntervalSet& expected) {
  size_t rule = parser.getContext()->getRuleIndex();
  std::optional<size_t> wanted = expectedSign(expected, rule);
  if (!wanted)
    return false;
  Token& found = tokens.current();
  bool mistaken = wanted == PipeLexer::ASSIGN  ? found.is(PipeLexer::COLON)
                  : wanted == PipeLexer::COLON ? found.is(PipeLexer::ASSIGN)
                                               : found.is(PipeLexer::ARROW);
  if (mistaken) {
    repairSign(parser, found, *wanted);
    return true;
  }
  bool follows = wanted == PipeLexer::COLON ? isName(found.type) : startsExpression(found.type);
  const Token* before = tokens.previous();
  if (rule == PipeParser::RuleEntry || found.startsLine || !follows || !before ||
      insertionsLeft == 0)
    return false;
  --insertionsLeft;
  reportSign(parser, found, *wanted, {file, before->end, before->end});
  tokens.insertBeforeCurrent(*wanted);
  return true;
}

/// The head of a stage is not predicted well, because calls may stand side by side, too.
void RecoveryStrategy::repairStageHead(antlr4::Parser& parser) {
  const Token& keyword = tokens.current();
  if (!keyword.is(PipeLexer::STAGE) || !keyword.startsLine || insertionsLeft == 0)
    return;
  auto repair = [&](size_t distance, llvm::StringRef expected, size_t type) {
    const Token& found = tokens.ahead(distance);
    if (isNews(keyword.begin, found))
      emitter.emit(Code::E0101, rangeOf(found),
                   "expected " + expected + ", found " + describeFound(found, text));
    size_t here = keyword.index;
    --insertionsLeft;
    tokens.seek(found.index);
    tokens.insertBeforeCurrent(type);
    tokens.seek(here);
  };
  if (tokens.ahead(1).is(PipeLexer::LBRACE)) {
    repair(1, "the name of the stage", PipeLexer::IDENT);
    return;
  }
  const Token& name = tokens.ahead(1);
  const Token& behind = tokens.ahead(2);
  if (!isName(name.type) || name.startsLine || behind.startsLine)
    return;
  std::string stage = " in stage `" + text.slice(name.begin, name.end).str() + "`";
  if (behind.is(PipeLexer::WHEN) && tokens.ahead(3).is(PipeLexer::LBRACE))
    repair(3, "a condition" + stage, PipeLexer::IDENT);
  else if (!behind.is(PipeLexer::WHEN) && isName(behind.type))
    repair(2, "`when` or `{`" + stage, PipeLexer::WHEN);
}

bool RecoveryStrategy::insertName(antlr4::Parser& parser,
                                  const antlr4::misc::IntervalSet& expected) {
  const Token& found = tokens.current();
  bool follows = found.is(PipeLexer::ASSIGN) || found.is(PipeLexer::LPAREN) ||
                 found.is(PipeLexer::LBRACE) || found.is(PipeLexer::COLON);
  if (!follows || insertionsLeft == 0 || !holds(expected, PipeLexer::SUBJECT) ||
      parser.getContext()->getRuleIndex() != PipeParser::RuleIdent)
    return false;
  --insertionsLeft;
  reportUnexpected(ours(&parser), found.index, regionBegin(parser.getContext()));
  tokens.insertBeforeCurrent(PipeLexer::IDENT);
  return true;
}

// ---- going on ---------------------------------------------------------------

bool RecoveryStrategy::skipInBody(PipeParser& parser) {
  antlr4::ParserRuleContext& context = *parser.getContext();
  Token* open = openBody(context);
  if (!open)
    return false;
  const Token& found = tokens.current();
  bool inPipeline = context.getRuleIndex() == PipeParser::RulePipelineBody ||
                    context.getRuleIndex() == PipeParser::RuleStageDecl;
  if (inPipeline && found.startsLine && startsExpression(found.type))
    reportIdleStatement(found);
  else
    reportUnexpected(parser, found.index, lineBegin(tokens, found.index));
  tokens.seek(nextItem(tokens, found.index, *open, context.getRuleIndex()));
  // A function's body has to end in `return`; without it there is nothing to go on with.
  bool lacksReturn =
      context.getRuleIndex() == PipeParser::RuleFnBody && &tokens.current() == open->partner;
  if (lacksReturn) {
    unwinding = true;
    throw antlr4::InputMismatchException(&parser);
  }
  return true;
}

bool RecoveryStrategy::skipToHeadEnd(antlr4::ParserRuleContext& context) {
  switch (context.getRuleIndex()) {
  case PipeParser::RuleActionDecl:
  case PipeParser::RuleStageDecl:
  case PipeParser::RuleEnvironmentDecl:
    break;
  default:
    return false;
  }
  auto open = findAtDepth(tokens, tokens.current().index, {PipeLexer::LBRACE});
  if (!open)
    return false;
  tokens.seek(*open);
  return true;
}

void RecoveryStrategy::sync(antlr4::Parser* parser) {
  antlr4::ParserRuleContext& context = *parser->getContext();
  size_t rule = context.getRuleIndex();
  if (rule == PipeParser::RulePipelineItem)
    repairStageHead(*parser);
  Token& found = tokens.current();
  if (rule == PipeParser::RuleArg && isName(found.type) && tokens.ahead(1).is(PipeLexer::COLON))
    repairSign(*parser, tokens.ahead(1), PipeLexer::ASSIGN);
  const antlr4::misc::IntervalSet& next =
      parser->getATN().nextTokens(parser->getATN().states[parser->getState()]);
  if (holds(next, found.type))
    return;
  bool mayEnd = holds(next, antlr4::Token::EPSILON);
  // These may end here as well, but what comes shows that they should not.
  bool inList = rule == PipeParser::RuleListBody;
  bool isKey = rule == PipeParser::RuleEntry && found.is(PipeLexer::ASSIGN);
  if (mayEnd && !inList && !isKey)
    return;
  if (repairSign(*parser, next) || repairKeywordAsName(*parser, next) ||
      repairMissingComma(*parser, holds(next, PipeLexer::COMMA)) || mayEnd)
    return;
  if (skipInBody(ours(parser)))
    return;
  reportUnexpected(ours(parser), found.index, regionBegin(&context));
  if (skipToHeadEnd(context))
    return;
  unwinding = true;
  throw antlr4::InputMismatchException(parser);
}

antlr4::Token* RecoveryStrategy::recoverInline(antlr4::Parser* parser) {
  antlr4::misc::IntervalSet expected =
      parser->getATN().nextTokens(parser->getATN().states[parser->getState()]);
  if (!repairKeywordAsName(*parser, expected) && !insertName(*parser, expected) &&
      !repairSign(*parser, expected))
    throw antlr4::InputMismatchException(parser);
  antlr4::Token* token = parser->getCurrentToken();
  parser->consume();
  return token;
}

void RecoveryStrategy::reportError(antlr4::Parser* parser,
                                   const antlr4::RecognitionException& error) {
  if (unwinding)
    return;
  unwinding = true;
  const auto* offending = static_cast<const Token*>(error.getOffendingToken());
  reportUnexpected(ours(parser), offending ? offending->index : tokens.current().index,
                   regionBegin(parser->getContext()));
}

void RecoveryStrategy::recover(antlr4::Parser* parser, std::exception_ptr error) {
  std::optional<size_t> resume = resumeBehind(*parser->getContext(), tokens);
  if (!resume)
    std::rethrow_exception(error);
  tokens.seek(*resume);
  unwinding = false;
}

} // namespace pipec::parse
