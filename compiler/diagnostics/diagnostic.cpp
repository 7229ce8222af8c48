// Building and keeping diagnostics.
#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace pipec::diagnostics {

void DiagnosticList::handle(Diagnostic diagnostic) {
  if (diagnostic.severity() == Severity::Error)
    ++errors;
  diagnostics.push_back(std::move(diagnostic));
}

static auto orderOf(const Diagnostic& diagnostic) {
  const SourceRange& range = diagnostic.primary.range;
  return std::tie(range.file.index, range.begin, range.end, diagnostic.code, diagnostic.message);
}

void DiagnosticList::sort() {
  auto before = [](const Diagnostic& a, const Diagnostic& b) { return orderOf(a) < orderOf(b); };
  auto equal = [](const Diagnostic& a, const Diagnostic& b) { return orderOf(a) == orderOf(b); };
  std::stable_sort(diagnostics.begin(), diagnostics.end(), before);
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), equal), diagnostics.end());
  errors = std::count_if(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity() == Severity::Error;
  });
}

DiagnosticBuilder& DiagnosticBuilder::label(const llvm::Twine& text) {
  diagnostic.primary.text = text.str();
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::also(SourceRange range, const llvm::Twine& text) {
  diagnostic.secondary.push_back({range, text.str()});
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::note(const llvm::Twine& text) {
  diagnostic.notes.push_back(text.str());
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::help(const llvm::Twine& text) {
  diagnostic.help = text.str();
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::fix(SourceRange range, const llvm::Twine& replacement,
                                          const llvm::Twine& description) {
  Fix fix;
  fix.edits.push_back({range, replacement.str()});
  fix.description = description.str();
  if (fix.description.empty())
    fix.description = fix.edits.front().replacement;
  return this->fix(std::move(fix));
}

DiagnosticBuilder& DiagnosticBuilder::fix(Fix fix) {
  diagnostic.fixes.push_back(std::move(fix));
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::suggest(SourceRange range, const llvm::Twine& replacement,
                                              const llvm::Twine& description) {
  fix(range, replacement, description);
  diagnostic.fixes.back().isGuess = true;
  return *this;
}

DiagnosticBuilder DiagnosticEmitter::emit(Code code, SourceRange range,
                                          const llvm::Twine& message) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = message.str();
  diagnostic.primary.range = range;
  return DiagnosticBuilder(*consumer, std::move(diagnostic));
}

} // namespace pipec::diagnostics
