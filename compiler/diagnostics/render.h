// Diagnostics as text with excerpts and carets, as JSON, and as SARIF.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::diagnostics {

/// The layout of docs/diagnostics.md: code and message, `--> path:line:column`, the lines with
/// carets, the secondary places, then `= note:`, `= help:` and `= fix:` (or `= try:`, if a person
/// must decide), and an empty line. Colours (ANSI sequences) only if told to.
void renderText(llvm::raw_ostream& out, const SourceManager& sources, const Diagnostic& diagnostic,
                bool color);

/// One object: code, severity, message, file, line, column, endLine, endColumn, label, labels,
/// notes, help, fixes. Without a place the five fields of it are absent. An edit of a fix has its
/// place, the byte offsets `begin` and `end`, and the `replacement`; a fix that needs nobody's
/// decision is `automatic`.
void renderJson(llvm::json::OStream& json, const SourceManager& sources,
                const Diagnostic& diagnostic);

/// What a SARIF log says about the program that wrote it.
struct SarifTool {
  std::string version;
  /// Absolute path of the folder that paths are relative to.
  std::string workspace;
  bool warningsAreErrors = false;
};

/// A log of SARIF 2.1.0 (OASIS Standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/) with one
/// run: a rule for each code with its page as help, and a result for each diagnostic. Columns count
/// Unicode code points. Places in the standard library have no base folder.
void renderSarif(llvm::json::OStream& json, const SourceManager& sources,
                 llvm::ArrayRef<Diagnostic> diagnostics, const SarifTool& tool);

} // namespace pipec::diagnostics
