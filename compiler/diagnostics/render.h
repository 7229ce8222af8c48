// Diagnostics as text with excerpts and carets, and as JSON.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::diagnostics {

/// The layout of docs/diagnostics.md: code and message, `--> path:line:column`, the lines with
/// carets, the secondary places, then `= note:`, `= help:` and `= fix:`. Colours only if told to.
void renderText(llvm::raw_ostream& out, const SourceManager& sources, const Diagnostic& diagnostic,
                bool color);

/// One object: code, severity, message, file, line, column, endLine, endColumn, labels, notes,
/// help, fixes.
void renderJson(llvm::json::OStream& json, const SourceManager& sources,
                const Diagnostic& diagnostic);

} // namespace pipec::diagnostics
