// Diagnostics as text with excerpts and carets, and as JSON.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::diagnostics {

/// The layout of docs/diagnostics.md: code and message, `--> path:line:column`, the lines with
/// carets, the secondary places, then `= note:`, `= help:` and `= fix:`, and an empty line. Colours
/// (ANSI sequences) only if told to.
void renderText(llvm::raw_ostream& out, const SourceManager& sources, const Diagnostic& diagnostic,
                bool color);

/// One object: code, severity, message, file, line, column, endLine, endColumn, label, labels,
/// notes, help, fixes. Without a place the five fields of it are absent. An edit of a fix has its
/// place, the byte offsets `begin` and `end`, and the `replacement`.
void renderJson(llvm::json::OStream& json, const SourceManager& sources,
                const Diagnostic& diagnostic);

} // namespace pipec::diagnostics
