// Numbers: their text → their value, or what to write instead.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/diagnostic.h"

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace pipec::parse {

/// Each reads the text of one token at `range`; nullopt if it has reported why not (E0010).
/// The one Int that has no positive counterpart, 2^63 with a `-` before it, gives the negative
/// number itself.
std::optional<int64_t> readInt(llvm::StringRef text, bool negated, diagnostics::SourceRange range,
                               diagnostics::DiagnosticEmitter emitter);
/// `1h30min`, in milliseconds.
std::optional<int64_t> readDuration(llvm::StringRef text, diagnostics::SourceRange range,
                                    diagnostics::DiagnosticEmitter emitter);
/// `512MiB`, in bytes.
std::optional<int64_t> readSize(llvm::StringRef text, diagnostics::SourceRange range,
                                diagnostics::DiagnosticEmitter emitter);

/// Reports digits with something behind them that is no unit (E0006, E0007).
void reportBadNumber(llvm::StringRef text, diagnostics::SourceRange range,
                     diagnostics::DiagnosticEmitter emitter);

} // namespace pipec::parse
