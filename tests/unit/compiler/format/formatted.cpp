// Formatting in tests.
#include "formatted.h"

#include "compiler/format/format.h"
#include "compiler/parse/parse.h"

namespace pipec::format {

std::optional<std::string> formatted(llvm::StringRef text) {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList list;
  diagnostics::SourceFileId file = sources.add("a.pipe", text.str());
  ast::Module module = parse::parseModule(sources, file, list);
  if (module.hasSyntaxErrors)
    return std::nullopt;
  return formatModule(sources.file(file), module);
}

/// The first line that differs.
static std::string difference(llvm::StringRef expected, llvm::StringRef actual) {
  for (unsigned line = 1;; ++line) {
    auto [expectedLine, expectedRest] = expected.split('\n');
    auto [actualLine, actualRest] = actual.split('\n');
    if (expectedLine != actualLine || expectedRest.empty() != actualRest.empty())
      return ("line " + llvm::Twine(line) + "\n  first:  " + expectedLine +
              "\n  second: " + actualLine + "\n")
          .str();
    expected = expectedRest;
    actual = actualRest;
  }
}

std::string problemOf(llvm::StringRef text) {
  test::ParsedShape before = test::shapeOf(text);
  if (!before.errors.empty())
    return "the text itself has errors:\n" + before.errors;
  std::string once = *formatted(text);
  test::ParsedShape after = test::shapeOf(once);
  if (!after.errors.empty())
    return "the formatted text has errors:\n" + after.errors;
  if (before.text != after.text)
    return "the formatted text is another program: " + difference(before.text, after.text);
  std::string twice = *formatted(once);
  if (once != twice)
    return "formatting is not idempotent: " + difference(once, twice);
  if (!once.empty() &&
      (!llvm::StringRef(once).ends_with("\n") || llvm::StringRef(once).ends_with("\n\n")))
    return "the formatted text does not end in one line end";
  return {};
}

} // namespace pipec::format
