// How a POSIX shell would read the text of a sh"…" string: the quoting context of each hole.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace pipec::sema {

/// Where a hole stands. Chooses the form in which the script refers to a value held by a variable.
enum class HoleContext : uint8_t {
  Unquoted,     ///< `"${__1}"`
  DoubleQuoted, ///< `${__1}`
  SingleQuoted, ///< `'"${__1}"'`
};

/// Why a value cannot be put somewhere.
enum class HoleRejection : uint8_t {
  None,
  Comment,
  HereDocument,
  BackQuotes,
  Arithmetic,
  ParameterExpansion,
  AnsiQuotes,
  CaseInSubshell,
  AfterBackslash,
  AfterDollar, ///< of a spliced command: `$` would belong to the reference
  Subscript,
  SplitToken, ///< after a line continuation inside of an operator or keyword
};

struct ShellHole {
  HoleContext context = HoleContext::Unquoted;
  HoleRejection rejection = HoleRejection::None; ///< if not None, `context` says nothing
  /// Nothing touches the hole: it is a word of its own, so a list may stand here.
  bool ownWord = false;
  /// The hole is all there is between two quotes.
  bool fillsQuotes = false;

  bool operator==(const ShellHole&) const = default;
};

/// How the script ends; all but Complete are scripts that a shell refuses or misreads.
enum class ShellEnd : uint8_t { Complete, InQuotes, InSubstitution, InExpansion, AfterBackslash };

struct ShellScan {
  std::vector<ShellHole> holes; ///< one for each gap between two texts
  ShellEnd end = ShellEnd::Complete;
};

/// What to tell a user: "a value cannot be quoted safely WHERE", the reason, and the remedy.
struct RejectionText {
  llvm::StringRef where;
  llvm::StringRef label;
  llvm::StringRef help;
};
RejectionText explain(HoleRejection rejection);

/// `texts` are the literal parts; a hole stands between each two neighbours, so there is one text
/// more than there are holes (they may be empty).
ShellScan scanShell(llvm::ArrayRef<llvm::StringRef> texts);

} // namespace pipec::sema
