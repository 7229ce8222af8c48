// Balancing braces declaration by declaration, with the layout of the lines as the judge.
#include "compiler/parse/braces.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceFile;
using diagnostics::SourceFileId;
using diagnostics::SourceRange;

/// Whether what is in the parentheses that open at `open` are the parameters of a declaration.
static bool opensParameters(llvm::ArrayRef<Token> tokens, size_t open) {
  size_t index = open;
  for (int depth = 0; index < tokens.size(); ++index) {
    depth += tokens[index].is(PipeLexer::LPAREN) - tokens[index].is(PipeLexer::RPAREN);
    if (depth == 0)
      break;
  }
  if (index + 1 >= tokens.size())
    return false;
  switch (tokens[index + 1].type) {
  case PipeLexer::ARROW:
  case PipeLexer::PROVES:
  case PipeLexer::LBRACE:
  case PipeLexer::ASSIGN:
    return true;
  default:
    return false;
  }
}

/// A keyword with a name behind it at the left margin begins a declaration. Only where a value or a
/// name is missing before it, it may be that: `let kind =`, and `source` on the next line.
static bool beginsAtMargin(llvm::ArrayRef<Token> tokens, size_t index) {
  const Token& token = tokens[index];
  if (!token.startsLine || token.column != 0 || index + 2 >= tokens.size())
    return false;
  if (token.is(PipeLexer::PUB))
    return startsDeclaration(tokens[index + 1].type);
  if (!startsDeclaration(token.type) || !isName(tokens[index + 1].type))
    return false;
  if (index > 0 && isName(token.type) && wantsOperand(tokens[index - 1].type)) {
    const Token& behind = tokens[index + 2];
    // `stage`, and on the next line `test when (…) {`.
    if (tokens[index - 1].is(PipeLexer::STAGE) && tokens[index + 1].is(PipeLexer::WHEN))
      return false;
    return behind.is(PipeLexer::LBRACE) ||
           (behind.is(PipeLexer::LPAREN) && opensParameters(tokens, index + 2));
  }
  switch (tokens[index + 2].type) {
  case PipeLexer::LPAREN:
  case PipeLexer::LBRACE:
    // `let x = …` may stand at the margin of a body, too.
    return !token.is(PipeLexer::LET);
  case PipeLexer::ASSIGN:
    return token.is(PipeLexer::PIPELINE);
  default:
    return token.is(PipeLexer::EVIDENCE) || token.is(PipeLexer::ENVIRONMENT);
  }
}

namespace {

/// An unbalanced brace in one declaration.
struct Fault {
  bool unclosed = false; ///< else it closes nothing
  bool early = false;    ///< what it closes goes on behind it
  size_t brace = 0;      ///< index of the `{` or `}` at fault
  size_t place = 0;      ///< unclosed: index of the token before which `}` belongs
};

class BraceBalancer {
public:
  BraceBalancer(LexedFile& lexed, const SourceFile& source, SourceFileId file,
                DiagnosticEmitter emitter)
      : lexed(lexed), source(source), file(file), emitter(emitter) {}

  void run() {
    std::vector<Token> all = std::move(lexed.tokens);
    lexed.tokens.clear();
    lexed.tokens.reserve(all.size());
    size_t begin = 0;
    while (begin < all.size()) {
      size_t end = begin + 1;
      while (end < all.size() && !beginsAtMargin(all, end))
        ++end;
      // The first token behind the declaration shows how far a missing brace can be away.
      std::vector<Token> part(all.begin() + static_cast<ptrdiff_t>(begin),
                              all.begin() + static_cast<ptrdiff_t>(std::min(end + 1, all.size())));
      bool hasNext = end < all.size();
      balance(part, hasNext ? part.size() - 1 : part.size());
      if (hasNext)
        part.pop_back();
      rememberHeader(part);
      llvm::append_range(lexed.tokens, std::move(part));
      begin = end;
    }
  }

private:
  LexedFile& lexed;
  const SourceFile& source;
  SourceFileId file;
  DiagnosticEmitter emitter;
  /// What the declaration before is called, and where its last brace is.
  std::string lastHeader;
  std::optional<SourceRange> lastClose;

  /// Reports in one declaration; more would only repeat that it is a mess.
  static constexpr unsigned MaxReports = 4;

  SourceRange rangeOf(const Token& token) const { return {file, token.begin, token.end}; }

  /// `part` holds the tokens of a declaration in `[0, end)`, and maybe the one behind them.
  void balance(std::vector<Token>& part, size_t end) {
    bool isLast = !part.empty() && part[end - 1].is(antlr4::Token::EOF);
    size_t stop = isLast ? end - 1 : end;
    for (unsigned reports = 0; reports < MaxReports; ++reports) {
      std::optional<Fault> fault = findFault(part, stop);
      if (!fault)
        return;
      std::optional<size_t> head;
      if (!fault->unclosed)
        head = headWithoutBrace(part, fault->brace);
      if (head) {
        openBody(part, *head, fault->brace);
        ++stop;
        continue;
      }
      report(part, *fault);
      if (fault->unclosed) {
        insertClose(part, fault->place);
        ++stop;
      } else {
        part.erase(part.begin() + static_cast<ptrdiff_t>(fault->brace));
        --stop;
      }
    }
    balanceSilently(part, stop);
  }

  /// Drops what closes nothing and closes what is open at the end.
  void balanceSilently(std::vector<Token>& part, size_t stop) {
    std::vector<Token> balanced;
    size_t open = 0;
    for (size_t index = 0; index < stop; ++index) {
      bool closer = part[index].is(PipeLexer::RBRACE);
      if (closer && open == 0) {
        lexed.damage.add(part[index].begin);
        continue;
      }
      open -= closer;
      open += part[index].is(PipeLexer::LBRACE) || part[index].is(PipeLexer::INTERP);
      balanced.push_back(part[index]);
    }
    std::vector<Token> rest(part.begin() + static_cast<ptrdiff_t>(stop), part.end());
    part = std::move(balanced);
    for (; open > 0; --open)
      insertClose(part, part.size());
    llvm::append_range(part, rest);
  }

  void insertClose(std::vector<Token>& part, size_t place) {
    Token close;
    close.type = PipeLexer::RBRACE;
    close.isVirtual = true;
    close.begin = close.end = place == 0 ? 0 : part[place - 1].end;
    lexed.damage.add(close.begin);
    part.insert(part.begin() + static_cast<ptrdiff_t>(place), close);
  }

  /// The indentation of the line that `index` is on.
  static uint32_t lineColumn(llvm::ArrayRef<Token> part, size_t index) {
    while (index > 0 && !part[index].startsLine)
      --index;
    return part[index].column;
  }

  /// Braces close in order; where they do not come out even, the first that stands at another
  /// indentation than its partner tells which one is at fault.
  static std::optional<Fault> findFault(llvm::ArrayRef<Token> part, size_t stop) {
    std::vector<size_t> open;
    std::optional<size_t> closedTooDeep;   // a `}` left of the line that opened it
    std::optional<size_t> openerOfTooDeep; // that `{`
    std::optional<size_t> closedTooEarly;  // a `}` right of the line that opened it
    std::vector<size_t> lineOf;            // of the tokens so far
    for (size_t index = 0; index < stop; ++index) {
      const Token& token = part[index];
      lineOf.push_back(lineOf.empty() ? 0 : lineOf.back() + token.startsLine);
      if (token.is(PipeLexer::LBRACE) || token.is(PipeLexer::INTERP)) {
        open.push_back(index);
      } else if (token.is(PipeLexer::RBRACE)) {
        if (open.empty())
          return Fault{false, closedTooEarly.has_value(), closedTooEarly.value_or(index), 0};
        size_t opener = open.back();
        open.pop_back();
        if (token.isVirtual || part[opener].is(PipeLexer::INTERP))
          continue;
        if (!token.startsLine) {
          // The end of several lines does not stand at the end of another one.
          if (lineOf[opener] != lineOf[index] && !closedTooEarly)
            closedTooEarly = index;
          continue;
        }
        uint32_t column = lineColumn(part, opener);
        if (token.column < column && !closedTooDeep) {
          closedTooDeep = index;
          openerOfTooDeep = opener;
        }
        if (token.column > column && !closedTooEarly)
          closedTooEarly = index;
      }
    }
    if (open.empty())
      return std::nullopt;
    size_t opener = openerOfTooDeep.value_or(open.back());
    return Fault{true, false, opener, placeOfMissing(part, opener, stop)};
  }

  /// A declaration or stage that begins a line at the indentation of the `}`, the nearest one
  /// above, and has no `{`: the index of the last token of its head.
  static std::optional<size_t> headWithoutBrace(llvm::ArrayRef<Token> part, size_t brace) {
    if (!part[brace].startsLine)
      return std::nullopt;
    size_t begin = brace;
    while (begin > 0 &&
           !(part[begin - 1].startsLine && part[begin - 1].column <= part[brace].column))
      --begin;
    if (begin-- == 0 || part[begin].column != part[brace].column || !opensBody(part, begin))
      return std::nullopt;
    size_t end = begin + 1;
    for (int depth = 0; end < brace; ++end) {
      const Token& token = part[end];
      if (token.is(PipeLexer::LBRACE))
        return std::nullopt;
      depth +=
          token.is(PipeLexer::LPAREN) || token.is(PipeLexer::LBRACK) || opensString(token.type);
      depth -= token.is(PipeLexer::RPAREN) || token.is(PipeLexer::RBRACK) ||
               token.is(PipeLexer::STR_CLOSE) || token.is(PipeLexer::STR_EOL);
      if (depth <= 0 && token.startsLine)
        break;
    }
    return end == brace ? std::nullopt : std::optional(end - 1);
  }

  static bool opensBody(llvm::ArrayRef<Token> part, size_t index) {
    index += part[index].is(PipeLexer::PUB);
    const Token& keyword = part[index];
    bool named = index + 1 < part.size() && isName(part[index + 1].type);
    return named && (keyword.is(PipeLexer::STAGE) ||
                     (startsDeclaration(keyword.type) && !keyword.is(PipeLexer::LET) &&
                      !keyword.is(PipeLexer::EVIDENCE)));
  }

  /// Reports and adds the `{` behind the head that ends with token `head`.
  void openBody(std::vector<Token>& part, size_t head, size_t brace) {
    const Token& last = part[head];
    SourceRange place{file, last.end, last.end};
    if (!lexed.damage.within(last.begin, last.end))
      emitter.emit(Code::E0101, place, "expected `{` before the body that ends here")
          .also(rangeOf(part[brace]), "this `}` would close it")
          .fix(place, " {", "`{`");
    lexed.damage.add(last.end);
    Token open;
    open.type = PipeLexer::LBRACE;
    open.isVirtual = true;
    open.begin = open.end = last.end;
    part.insert(part.begin() + static_cast<ptrdiff_t>(head + 1), open);
  }

  /// The first line behind `opener` that stands no deeper than the line of `opener`.
  static size_t placeOfMissing(llvm::ArrayRef<Token> part, size_t opener, size_t stop) {
    uint32_t column = lineColumn(part, opener);
    int depth = 0;
    for (size_t index = opener + 1; index < stop; ++index) {
      const Token& token = part[index];
      if (depth == 0 && token.startsLine && token.column <= column)
        return index;
      if (token.is(PipeLexer::LBRACE) || token.is(PipeLexer::INTERP))
        ++depth;
      else if (token.is(PipeLexer::RBRACE) && --depth < 0)
        return index;
    }
    return stop;
  }

  void report(llvm::ArrayRef<Token> part, const Fault& fault) {
    const Token& brace = part[fault.brace];
    if (lexed.damage.isUnreadable(brace.begin))
      return;
    lexed.damage.add(brace.begin);
    if (fault.unclosed) {
      auto builder = emitter.emit(Code::E0102, rangeOf(brace), "this `{` is never closed");
      builder.label("opened here");
      if (fault.place >= part.size())
        return;
      const Token& place = part[fault.place];
      if (place.is(antlr4::Token::EOF))
        builder.also(rangeOf(place), "the file ends here");
      else if (startsDeclaration(place.type) && place.column == 0)
        builder.also(rangeOf(place),
                     "a new declaration starts here; the missing `}` is probably before it");
      else
        builder.also(rangeOf(place), "the missing `}` is probably before this");
      return;
    }
    auto builder = emitter.emit(Code::E0103, rangeOf(brace), "this `}` closes nothing");
    bool first = llvm::none_of(part.take_front(fault.brace),
                               [](const Token& token) { return token.is(PipeLexer::RBRACE); });
    std::string header = first ? lastHeader : headerOf(part);
    std::optional<SourceRange> close = first ? lastClose : lastCloseBefore(part, fault.brace);
    if (fault.early)
      builder.label("`" + headerOf(part) + "` goes on behind it");
    else if (!header.empty() && close)
      builder.label("`" + header + "` was already closed on line " +
                    llvm::Twine(source.lineColumn(close->begin).line));
    if (fault.early)
      builder.suggest(rangeOf(brace), "", "remove it");
    else
      builder.fix(rangeOf(brace), "", "remove it");
  }

  /// `pipeline website`.
  std::string headerOf(llvm::ArrayRef<Token> part) const {
    size_t at = !part.empty() && part[0].is(PipeLexer::PUB) ? 1 : 0;
    if (part.size() < at + 2 || !startsDeclaration(part[at].type) || !isName(part[at + 1].type))
      return {};
    llvm::StringRef text = source.text();
    return (text.slice(part[at].begin, part[at].end) + " " +
            text.slice(part[at + 1].begin, part[at + 1].end))
        .str();
  }

  std::optional<SourceRange> lastCloseBefore(llvm::ArrayRef<Token> part, size_t index) const {
    while (index-- > 0)
      if (part[index].is(PipeLexer::RBRACE))
        return rangeOf(part[index]);
    return std::nullopt;
  }

  void rememberHeader(llvm::ArrayRef<Token> part) {
    lastHeader = headerOf(part);
    lastClose = lastCloseBefore(part, part.size());
  }
};

} // namespace

void balanceBraces(LexedFile& lexed, const SourceFile& source, SourceFileId file,
                   DiagnosticEmitter emitter) {
  BraceBalancer(lexed, source, file, emitter).run();
}

namespace {

/// Which closing token belongs to an opening one.
bool closes(const Token& opener, const Token& closer) {
  if (opensString(opener.type))
    return closer.is(PipeLexer::STR_CLOSE) || closer.is(PipeLexer::STR_EOL);
  switch (opener.type) {
  case PipeLexer::LPAREN:
    return closer.is(PipeLexer::RPAREN);
  case PipeLexer::LBRACK:
    return closer.is(PipeLexer::RBRACK);
  default:
    return closer.is(PipeLexer::RBRACE);
  }
}

bool isCloser(size_t type) {
  return type == PipeLexer::RPAREN || type == PipeLexer::RBRACK || type == PipeLexer::RBRACE ||
         type == PipeLexer::STR_CLOSE || type == PipeLexer::STR_EOL;
}

/// `(` and `[` give way to the braces and strings around them.
bool isWeak(const Token& opener) {
  return opener.is(PipeLexer::LPAREN) || opener.is(PipeLexer::LBRACK);
}

void findPartner(std::vector<Token*>& open, Token& closer) {
  size_t candidate = open.size();
  while (candidate > 0 && !closes(*open[candidate - 1], closer)) {
    bool closerIsWeak = closer.is(PipeLexer::RPAREN) || closer.is(PipeLexer::RBRACK);
    if (closerIsWeak && !isWeak(*open[candidate - 1]))
      return;
    --candidate;
  }
  if (candidate == 0)
    return;
  open[candidate - 1]->partner = &closer;
  closer.partner = open[candidate - 1];
  open.resize(candidate - 1);
}

} // namespace

void pairBrackets(TokenStream& tokens) {
  std::vector<Token*> open;
  for (size_t index = 0; index < tokens.size(); ++index) {
    Token& token = tokens.at(index);
    if (opensBracket(token.type))
      open.push_back(&token);
    else if (isCloser(token.type))
      findPartner(open, token);
  }
  uint32_t depth = 0;
  for (size_t index = 0; index < tokens.size(); ++index) {
    Token& token = tokens.at(index);
    if (token.partner && isCloser(token.type))
      --depth;
    token.depth = depth;
    if (token.partner && opensBracket(token.type))
      ++depth;
    bool afterPub = index > 0 && tokens.at(index - 1).is(PipeLexer::PUB);
    bool named = token.is(PipeLexer::PUB) || isName(tokens.at(index + 1).type) ||
                 isHardKeyword(tokens.at(index + 1).type);
    bool use = token.is(PipeLexer::USE) && tokens.at(index + 1).is(PipeLexer::STR_OPEN);
    token.startsDeclaration =
        depth == 0 && token.startsLine && !afterPub &&
        (use || (named && (token.is(PipeLexer::USE) || startsDeclaration(token.type))));
  }
}

} // namespace pipec::parse
