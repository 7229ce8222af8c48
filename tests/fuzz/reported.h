// What must hold of diagnostics, whatever the program.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

namespace pipec::fuzz {

/// Checks the places of all messages and edits, and renders every message in both forms.
void checkDiagnostics(const diagnostics::SourceManager& sources,
                      const diagnostics::DiagnosticList& list);

} // namespace pipec::fuzz
