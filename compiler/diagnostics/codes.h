// The registry of diagnostic codes: codes.def lists each with a title.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace pipec::diagnostics {

enum class Severity : uint8_t { Error, Warning };

enum class Code : uint16_t {
#define PIPEC_CODE(code, title) code,
#include "compiler/diagnostics/codes.def"
};

/// `E0601`.
llvm::StringRef codeName(Code code);
/// What the code is about, in a few words.
llvm::StringRef codeTitle(Code code);
std::optional<Code> codeFromName(llvm::StringRef name);
/// `W…` are warnings, all others errors.
Severity severityOf(Code code);
/// How many codes there are; codes count from 0.
size_t codeCount();

} // namespace pipec::diagnostics
