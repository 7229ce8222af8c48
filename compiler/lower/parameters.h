// Parameters of a pipeline: from the command line's text to values, and back.
#pragma once

#include "compiler/lower/evaluator.h"

namespace pipec::lower {

/// One value for each parameter that is given; E0708 for a text of the wrong type, for a parameter
/// that is missing, and for one given twice. A name that is no parameter is a usage error with a
/// suggestion.
llvm::Expected<std::optional<std::vector<std::optional<Value>>>>
readParameters(Session& session, sema::SymbolId pipeline,
               const std::vector<plan::Parameter>& given);

/// The parameters that a command line can give, as it would give them.
std::vector<plan::Parameter> printParameters(const Session& session, sema::SymbolId pipeline,
                                             const Frame& frame);

} // namespace pipec::lower
