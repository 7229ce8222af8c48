// What a trace of a step says, for people.
#pragma once

#include "runtime/exec/build.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::report {

/// Whole lines: what to declare, what need not be, and what of the machine was used.
std::string traceText(llvm::StringRef label, const exec::TraceReport& trace);

} // namespace pipec::report
