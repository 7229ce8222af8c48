// Parsing one file: guards, lexing, balancing, then declaration by declaration.
#include "compiler/parse/parse.h"

#include "compiler/parse/braces.h"
#include "compiler/parse/decl_builder.h"
#include "compiler/parse/guards.h"
#include "compiler/parse/lexer.h"
#include "compiler/parse/recovery.h"
#include "compiler/parse/repairs.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::parse {

using diagnostics::DiagnosticEmitter;

namespace {

/// ANTLR's parser on one file. Each declaration's tree is freed as soon as ours is built from it.
class FileParser {
public:
  FileParser(BuildContext& context, TokenStream& tokens, const Damage& damage)
      : tokens(tokens), parser(&tokens),
        recovery(std::make_shared<RecoveryStrategy>(tokens, context.text, context.file, damage,
                                                    context.emitter)),
        builder(context, tokens, *recovery) {
    parser.removeErrorListeners();
    parser.setErrorHandler(recovery);
    auto* simulator = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
    simulator->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  }

  void run() {
    builder.addModuleDoc();
    bool behindDecl = false;
    while (!tokens.current().is(antlr4::Token::EOF)) {
      size_t type = tokens.current().type;
      if (type == PipeLexer::USE) {
        builder.addUse(*parser.useDecl(), behindDecl);
      } else if (startsDeclaration(type)) {
        builder.addDecl(*parser.topDecl());
        behindDecl = true;
      } else {
        recovery->skipAtTopLevel();
      }
      parser.getTreeTracker().reset();
    }
  }

  const std::set<uint32_t>& spoiledRegions() const { return recovery->spoiledRegions(); }

private:
  TokenStream& tokens;
  PipeParser parser;
  std::shared_ptr<RecoveryStrategy> recovery;
  DeclBuilder builder;
};

/// Passes everything on and remembers where the errors were.
class ErrorWatch final : public diagnostics::DiagnosticConsumer {
public:
  ErrorWatch(diagnostics::DiagnosticConsumer& consumer, llvm::StringRef text)
      : consumer(consumer), text(text) {}
  void handle(diagnostics::Diagnostic diagnostic) override {
    if (diagnostic.severity() == diagnostics::Severity::Error) {
      errors.push_back(diagnostic.primary.range);
      for (const diagnostics::Label& label : diagnostic.secondary)
        errors.push_back(label.range);
      // Of a line with an open quote it is not known what is text.
      if (diagnostic.code == diagnostics::Code::E0003)
        errors.push_back(lineStart(diagnostic.primary.range));
    }
    consumer.handle(std::move(diagnostic));
  }
  std::vector<diagnostics::SourceRange> errors;

private:
  diagnostics::DiagnosticConsumer& consumer;
  llvm::StringRef text;

  diagnostics::SourceRange lineStart(diagnostics::SourceRange place) const {
    size_t line = text.take_front(place.begin).rfind('\n') + 1;
    size_t first = text.find_first_not_of(" \t", line);
    auto begin = static_cast<uint32_t>(std::min<size_t>(first, place.begin));
    return {place.file, begin, begin};
  }
};

/// Drops what is said about text of which it is not known whether it is code.
class ReadableOnly final : public diagnostics::DiagnosticConsumer {
public:
  ReadableOnly(diagnostics::DiagnosticConsumer& consumer, const Damage& damage)
      : consumer(consumer), damage(damage) {}
  void handle(diagnostics::Diagnostic diagnostic) override {
    if (!damage.isUnreadable(diagnostic.primary.range.begin))
      consumer.handle(std::move(diagnostic));
  }

private:
  diagnostics::DiagnosticConsumer& consumer;
  const Damage& damage;
};

void parseInto(ast::Module& module, const diagnostics::SourceFile& source,
               diagnostics::DiagnosticConsumer& consumer) {
  DiagnosticEmitter emitter(consumer);
  std::optional<uint32_t> start = checkText(source, module.file, emitter);
  if (!start)
    return;
  LexedFile lexed = lexFile(source, module.file, *start, consumer);
  if (!checkNesting(lexed.tokens, module.file, emitter))
    return;
  ReadableOnly readable(consumer, lexed.damage);
  emitter = DiagnosticEmitter(readable);
  repairTokens(lexed, source.text(), module.file, emitter);
  balanceBraces(lexed, source, module.file, emitter);
  module.comments = std::move(lexed.comments);
  TokenStream tokens(std::move(lexed.tokens));
  pairBrackets(tokens);
  BuildContext context{source.text(), module.file, emitter, module};
  FileParser parser(context, tokens, lexed.damage);
  parser.run();
  // What was expected may be missing where something else is found: behind the declaration.
  for (uint32_t begin : parser.spoiledRegions())
    module.syntaxErrors.push_back({module.file, begin, begin});
}

} // namespace

ast::Module parseModule(const diagnostics::SourceManager& sources, diagnostics::SourceFileId file,
                        diagnostics::DiagnosticConsumer& consumer) {
  ast::Module module;
  module.file = file;
  ErrorWatch watch(consumer, sources.file(file).text());
  parseInto(module, sources.file(file), watch);
  module.hasSyntaxErrors = !watch.errors.empty();
  llvm::append_range(module.syntaxErrors, watch.errors);
  return module;
}

} // namespace pipec::parse
