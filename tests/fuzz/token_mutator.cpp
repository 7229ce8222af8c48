// The tokens of a program, and edits of them.
#include "tests/fuzz/token_mutator.h"

#include "compiler/base/text.h"
#include "compiler/parse/guards.h"
#include "compiler/parse/lexer.h"
#include "compiler/sema/settings_table.h"

#include "llvm/ADT/StringExtras.h"

#include <random>

namespace pipec::fuzz {

using llvm::StringRef;
using pipedsl::PipeLexer;

namespace {

/// The same numbers everywhere, unlike the distributions of <random>.
class Numbers {
public:
  explicit Numbers(uint32_t seed) : engine_(seed) {}
  size_t below(size_t limit) { return limit == 0 ? 0 : engine_() % limit; }

private:
  std::mt19937 engine_;
};

/// All literal tokens of the grammar, samples of the others, and names that mean something.
std::vector<std::string> makeDictionary() {
  std::vector<std::string> words;
  antlr4::ANTLRInputStream empty("");
  PipeLexer lexer(&empty);
  const antlr4::dfa::Vocabulary& vocabulary = lexer.getVocabulary();
  for (size_t type = 1; type <= vocabulary.getMaxTokenType(); ++type) {
    std::string name = vocabulary.getLiteralName(type);
    if (name.size() > 2)
      words.push_back(name.substr(1, name.size() - 2));
  }
  for (unsigned owner = 1; owner <= static_cast<unsigned>(sema::SettingOwner::Environment);
       owner <<= 1)
    for (StringRef setting : sema::settingNames(static_cast<sema::SettingOwner>(owner)))
      words.push_back((setting + " =").str());
  constexpr StringRef Samples =
      "x|y|0|1|9223372036854775807|10min|1h30min|4GiB|1.5|5m|_|\"\"|\"a\"|\"a${x}\"|\"*.c\"|"
      "\"src/main.c\"|\"https://a.b/c\"|\"1.2.3\"|\"\\u{e9}\"|sh\"a ${x}\"|sh\"'${x}' # $(\"|"
      "\"\"\"\n  a\n  \"\"\"|sh\"\"\"\n  a ${x}\n  \"\"\"|[:]|[]|()|[for x in y => x]|"
      "[for k, v in y if x => k: v]|if x { x } else { y }|match x { _ => y }|some(x)|"
      "Bool|Int|String|Duration|Size|Version|Url|Arg|Command|Secret|File|Dir|Image|TestReport|"
      "Artifact|Deployment|Deployment<lib.Staging>|List<File>|Each<File>|Map<String, File>|File?|"
      "Dir with Tested|Platform.linux_x64|OnFail.stop|Tested|Approved|lib.Mode.debug|"
      "lib.compile(x)|lib.flags(x)|lib.scan(x)|lib.copy(x, to = lib.Production)|lib.show(x)|"
      "glob(\"**/*.c\")|file(\"src/main.c\")|dir(\"src\")|tree([\"a\": x])|text(\"a\", \"b\")|"
      "all([x])|secret(\"s\")|version(\"1\")|url(\"http://a\")|.name|.stem|.path|.text()|.file(x)|"
      ".sub(x)|.select(x)|.files(x)|.len|.upper()|.lower()|.trim()|.split(x)|.replace(x, y)|"
      ".contains(x)|.first|.join(x)|.sort()|.unique()|.flatten()|.reverse()|.zip(x)|.sum()|.max()|"
      ".keys|.values|.get(x)|.major|.scheme|.url|to|to = lib.Staging|id|report|release|previous|"
      "use \"./lib.pipe\" as lib|use \"./other.pipe\" as o|use std.git|use std.node|// c\n|/// d\n";
  for (StringRef sample : llvm::split(Samples, '|'))
    words.push_back(sample.str());
  return words;
}

/// A program cut into tokens. Each edit gives a new text.
class Program {
public:
  Program(StringRef text, Numbers& numbers) : text_(text), numbers_(numbers) {
    diagnostics::SourceManager sources;
    diagnostics::DiagnosticList ignored;
    diagnostics::SourceFileId file = sources.add("p.pipe", text.str());
    diagnostics::DiagnosticEmitter emitter(ignored);
    auto start = parse::checkText(sources.file(file), file, emitter);
    if (!start)
      return;
    parse::LexedFile lexed = parse::lexFile(sources.file(file), file, *start, ignored);
    std::vector<size_t> open;
    for (const parse::Token& token : lexed.tokens) {
      if (token.begin >= token.end || token.end > text.size())
        continue;
      size_t index = tokens_.size();
      tokens_.push_back({token.begin, token.end});
      if (parse::opensBracket(token.type)) {
        open.push_back(index);
      } else if (closes(token.type) && !open.empty()) {
        pairs_.push_back({tokens_[open.back()].begin, token.end});
        open.pop_back();
      }
    }
  }

  struct Range {
    size_t begin = 0, end = 0;
  };

  bool empty() const { return tokens_.empty(); }

  std::string edited() {
    const std::vector<std::string>& words = dictionary();
    Range token = anyToken(), piece = anyPiece(), other = anyPiece();
    switch (numbers_.below(9)) {
    case 0:
      return replaced(token, "");
    case 1:
      return replaced({token.begin, token.begin}, words[numbers_.below(words.size())]);
    case 2:
      return replaced(token, words[numbers_.below(words.size())]);
    case 3:
      return replaced(token, textOf(anyToken()));
    case 4:
      return swapped(token, anyToken());
    case 5:
      return replaced(piece, "");
    case 6:
      return replaced(piece, textOf(other));
    case 7:
      return swapped(piece, other);
    default:
      return replaced({token.begin, token.begin}, textOf(piece));
    }
  }

  /// A pair of brackets with what is between, or some neighbouring tokens.
  Range anyPiece() {
    if (!pairs_.empty() && numbers_.below(2) == 0)
      return pairs_[numbers_.below(pairs_.size())];
    size_t first = numbers_.below(tokens_.size());
    size_t last = std::min(tokens_.size() - 1, first + numbers_.below(12));
    return {tokens_[first].begin, tokens_[last].end};
  }
  Range anyToken() { return tokens_[numbers_.below(tokens_.size())]; }
  std::string textOf(Range range) const { return text_.slice(range.begin, range.end).str(); }
  /// With blanks around, so that neighbours stay tokens of their own.
  std::string replaced(Range range, StringRef by) const {
    StringRef space = by.empty() ? "" : " ";
    return (text_.take_front(range.begin) + space + by + space + text_.drop_front(range.end)).str();
  }

private:
  static bool closes(size_t type) {
    return type == PipeLexer::RPAREN || type == PipeLexer::RBRACK || type == PipeLexer::RBRACE ||
           type == PipeLexer::STR_CLOSE || type == PipeLexer::STR_EOL;
  }

  static const std::vector<std::string>& dictionary() {
    static const std::vector<std::string> words = makeDictionary();
    return words;
  }

  std::string swapped(Range a, Range b) const {
    if (b.begin < a.begin)
      std::swap(a, b);
    if (a.end > b.begin)
      return textOf({0, text_.size()});
    return (text_.take_front(a.begin) + textOf(b) + text_.slice(a.end, b.begin) + textOf(a) +
            text_.drop_front(b.end))
        .str();
  }

  StringRef text_;
  Numbers& numbers_;
  std::vector<Range> tokens_;
  std::vector<Range> pairs_;
};

} // namespace

std::string mutateTokens(StringRef program, uint32_t seed) {
  Numbers numbers(seed);
  std::string text = program.str();
  for (size_t edits = 1 + numbers.below(4); edits > 0; --edits) {
    Program cut(text, numbers);
    if (cut.empty())
      break;
    text = cut.edited();
  }
  return text;
}

std::string crossTokens(StringRef program, StringRef from, uint32_t seed) {
  Numbers numbers(seed);
  Program target(program, numbers), source(from, numbers);
  if (target.empty() || source.empty())
    return program.str();
  Program::Range place = numbers.below(2) == 0 ? target.anyPiece() : target.anyToken();
  return target.replaced(place, source.textOf(source.anyPiece()));
}

} // namespace pipec::fuzz
