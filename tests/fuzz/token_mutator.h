// Changes programs by tokens instead of bytes, so that most of what comes out still parses.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace pipec::fuzz {

/// One to four edits of `program`: tokens and whole pairs of brackets are deleted, inserted,
/// replaced, doubled and swapped. New tokens are those of the grammar, and names the compiler
/// knows. The same arguments give the same text everywhere. What is not UTF-8 comes back unchanged.
std::string mutateTokens(llvm::StringRef program, uint32_t seed);

/// A pair of brackets, or a few tokens, of `from`, put into `program`.
std::string crossTokens(llvm::StringRef program, llvm::StringRef from, uint32_t seed);

} // namespace pipec::fuzz
