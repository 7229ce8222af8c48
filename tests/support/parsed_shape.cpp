// The dump of the tree, with its positions taken out.
#include "parsed_shape.h"

#include "compiler/ast/dump.h"
#include "compiler/diagnostics/render.h"
#include "compiler/parse/parse.h"

#include "llvm/Support/raw_ostream.h"

namespace pipec::test {

/// ` @3:5-3:9` behind the first word of a line.
static std::string withoutPosition(llvm::StringRef line) {
  size_t at = line.find(" @");
  size_t quote = line.find('"');
  if (at == llvm::StringRef::npos || at > quote)
    return line.str();
  llvm::StringRef rest = line.drop_front(at + 2).drop_while(
      [](char c) { return (c >= '0' && c <= '9') || c == ':' || c == '-'; });
  return (line.take_front(at) + rest).str();
}

ParsedShape shapeOf(llvm::StringRef program) {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList list;
  diagnostics::SourceFileId file = sources.add("a.pipe", program.str());
  ast::Module module = parse::parseModule(sources, file, list);
  ParsedShape shape;
  llvm::raw_string_ostream errors(shape.errors);
  for (const diagnostics::Diagnostic& diagnostic : list.all())
    diagnostics::renderText(errors, sources, diagnostic, /*color=*/false);
  std::vector<ast::Comment> comments = std::exchange(module.comments, {});
  std::string dump;
  llvm::raw_string_ostream out(dump);
  ast::dump(out, sources.file(file), module);
  for (llvm::StringRef rest = dump; !rest.empty();) {
    auto [line, next] = rest.split('\n');
    (shape.text += withoutPosition(line)) += '\n';
    rest = next;
  }
  for (const ast::Comment& comment : comments)
    (shape.text += llvm::StringRef(comment.text).rtrim(" \t")) += '\n';
  return shape;
}

} // namespace pipec::test
