// Messages of an evaluation.
#include "compiler/lower/reporter.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

Reporter::Reporter(const ast::ModuleGraph& graph, const diagnostics::SourceManager& sources,
                   diagnostics::DiagnosticConsumer& consumer)
    : sources_(sources), consumer_(&consumer), library_(sources_.size()) {
  for (const auto& module : graph.modules)
    if (module->syntax.file.valid())
      library_[module->syntax.file.index] = module->origin == ast::ModuleOrigin::Library;
}

diagnostics::DiagnosticBuilder Reporter::report(Code code, SourceRange range,
                                                const llvm::Twine& message) {
  diagnostics::Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = message.str();
  diagnostic.primary.range = range;
  auto addCall = [&](SourceRange call) {
    if (!(call == range))
      diagnostic.secondary.push_back({call, "called from here"});
  };
  if (!calls.empty())
    addCall(calls.back());
  if (calls.size() > 1 && !(calls.front() == calls.back()))
    addCall(calls.front());
  return {*consumer_, std::move(diagnostic)};
}

void Reporter::fail(llvm::Error error) {
  if (failure_)
    *failure_ = llvm::joinErrors(std::move(*failure_), std::move(error));
  else
    failure_.emplace(std::move(error));
}

std::optional<llvm::Error> Reporter::takeFailure() {
  return std::exchange(failure_, std::nullopt);
}

plan::Location Reporter::location(SourceRange range) {
  if (!range.valid())
    return {};
  if (range == lastRange_)
    return lastLocation_;
  const diagnostics::SourceFile& file = sources_.file(range.file);
  diagnostics::LineColumn place = file.lineColumn(range.begin);
  lastRange_ = range;
  lastLocation_ = {file.path(), place.line, place.column};
  return lastLocation_;
}

bool Reporter::isLibrary(diagnostics::SourceFileId file) const {
  return file.valid() && library_[file.index];
}

plan::Location Reporter::userLocation(SourceRange range) {
  if (isLibrary(range.file))
    for (SourceRange call : llvm::reverse(calls))
      if (!isLibrary(call.file))
        return location(call);
  return location(range);
}

std::string Reporter::quote(SourceRange range, llvm::StringRef fallback) const {
  static constexpr size_t Longest = 40;
  if (!range.valid())
    return fallback.str();
  llvm::StringRef text = sources_.file(range.file).text().slice(range.begin, range.end);
  return text.size() > Longest || text.contains('\n') ? fallback.str() : text.str();
}

} // namespace pipec::lower
