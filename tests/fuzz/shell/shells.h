// Real shells: many scripts in one process, each in a subshell of its own.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace pipec::fuzz {

/// What can be seen of a script.
struct ShellOutcome {
  std::string out;
  int exitCode = 0;
  bool operator==(const ShellOutcome&) const = default;
};

/// `dash` and `bash`; both must be there.
std::vector<std::string> testedShells();

/// Runs each script as `SHELL -eu -c` would, in a folder that no longer exists, without a PATH and
/// without standard input. A script that uses two seconds of CPU is killed; a shell that takes five
/// minutes for all of them is a failed test. Scripts may use:
///
///   p WORD…   prints the words to the outcome, wherever its standard output goes, after it has
///             read its standard input to the end
///   w WORD…   writes the words to its standard output, with nothing between them
///   $y        has the value `Y`
///   pwn       what nobody may call: shows in the outcome
std::vector<ShellOutcome> runScripts(const std::string& shell, llvm::ArrayRef<std::string> scripts);

/// One script in a process of its own, by `-c`, as a step does it.
ShellOutcome runScriptAlone(const std::string& shell, const std::string& script);

} // namespace pipec::fuzz
