// Lexer and parser on one file.
#include "compiler/ast/dump.h"
#include "compiler/parse/parse.h"
#include "tests/fuzz/reported.h"
#include "tests/fuzz/targets.h"

namespace pipec::fuzz {

void fuzzParse(llvm::StringRef bytes) {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList messages;
  diagnostics::SourceFileId file = sources.add("p.pipe", bytes.str());
  ast::Module module = parse::parseModule(sources, file, messages);
  messages.sort();
  expect(module.hasSyntaxErrors == messages.hasErrors(), "a tree does not know of its errors");
  checkDiagnostics(sources, messages);
  // A column costs its line, so the dump of one endless line is not worth its time.
  if (bytes.size() > 20000)
    return;
  std::string dumped;
  llvm::raw_string_ostream out(dumped);
  ast::dump(out, sources.file(file), module);
}

} // namespace pipec::fuzz
