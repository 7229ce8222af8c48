// Reporter: diagnostics of an evaluation, with the calls that led to them.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/plan/plan.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <utility>
#include <vector>

namespace pipec::lower {

using diagnostics::Code;
using diagnostics::SourceRange;

class Reporter {
public:
  Reporter(const ast::ModuleGraph& graph, const diagnostics::SourceManager& sources_,
           diagnostics::DiagnosticConsumer& consumer_);

  /// A diagnostic about `range`. If that is inside a call, the place of the call is added: the
  /// innermost, and the outermost if it is another.
  diagnostics::DiagnosticBuilder report(Code code, SourceRange range, const llvm::Twine& message);

  /// Diagnostics go to `consumer` from now on; gives the one before.
  diagnostics::DiagnosticConsumer& redirect(diagnostics::DiagnosticConsumer& consumer) {
    return *std::exchange(consumer_, &consumer);
  }

  /// Keeps a failure of the world, which ends the evaluation as a diagnostic does.
  void fail(llvm::Error error);
  std::optional<llvm::Error> takeFailure();

  plan::Location location(SourceRange range);
  /// Where the statement or call being evaluated stands for a user: `range`, or the innermost call
  /// outside the library if `range` is in it.
  plan::Location userLocation(SourceRange range);
  /// The text at `range` if it is short enough to quote in a message; else `fallback`.
  std::string quote(SourceRange range, llvm::StringRef fallback) const;

  /// The calls being evaluated, outermost first.
  std::vector<SourceRange> calls;

private:
  bool isLibrary(diagnostics::SourceFileId file) const;

  const diagnostics::SourceManager& sources_;
  diagnostics::DiagnosticConsumer* consumer_;
  std::vector<bool> library_; ///< by SourceFileId
  std::optional<llvm::Error> failure_;
  /// The last answer of location(): a loop asks for the same place again and again.
  SourceRange lastRange_;
  plan::Location lastLocation_;
};

} // namespace pipec::lower
