// Bytes that came from outside, made fit for a message.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::base {

bool isUtf8(llvm::StringRef bytes);

/// For what goes into one line: characters that cannot be shown (isHidden), and bytes that are not
/// UTF-8, become `\n`, `\t`, `\xE9`, `\u{202E}`. Applied twice it changes nothing more.
std::string printable(llvm::StringRef bytes);

/// The same for a message of several lines: those behind the first are indented by two spaces, so
/// that none passes for a message of its own.
std::string printableLines(llvm::StringRef text);

/// `text` without what stands between `://` and `@` in the URLs in it: who asks, and the password.
std::string withoutUserInfo(llvm::StringRef text);

} // namespace pipec::base
