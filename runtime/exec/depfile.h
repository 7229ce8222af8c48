// Depfiles: the Makefile rules by which a compiler says what it read.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::exec {

/// The prerequisites of all rules in `text`, in order, each once, as they are written: the paths
/// may be relative and hold `.` and `..`. Targets do not count, so the rules without prerequisites
/// that `-MP` adds say nothing.
///
/// The format is what gcc (libcpp/mkdeps.cc) and clang (DependencyFile.cpp) write, read as ninja
/// reads it: `\` before a line's end continues it; `\ `, `\#`, `\:` and `$$` stand for the second
/// character, where a space takes a `\` from each pair before it; any other `\` is itself. Lines
/// may end in CRLF. A word that begins with `#` comments out the rest of its line.
///
/// An error says in which line it stopped: text without a rule, a NUL byte, or no rule at all.
llvm::Expected<std::vector<std::string>> parseDepfile(llvm::StringRef text);

} // namespace pipec::exec
