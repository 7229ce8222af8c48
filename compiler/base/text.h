// Bytes that came from outside, made fit for a message.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::base {

bool isUtf8(llvm::StringRef bytes);

/// For messages: control characters, and what is not UTF-8, are shown as `\n`, `\t`, `\xE9`.
std::string printable(llvm::StringRef bytes);

} // namespace pipec::base
