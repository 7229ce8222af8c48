// The failures of the world (disk, database, processes) as llvm::Error, with the category that
// decides the exit code. Mistakes in a user's program are diagnostics, not these.
#pragma once

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>
#include <system_error>

namespace pipec::base {

enum class ErrorCategory {
  /// What the user typed or named is wrong: exit code 2.
  Usage,
  /// The machine's fault (disk, database, missing tool): exit code 4.
  World,
};

class Error : public llvm::ErrorInfo<Error> {
public:
  static char ID;

  Error(ErrorCategory category, std::string message)
      : errorCategory(category), text(std::move(message)) {}

  ErrorCategory category() const { return errorCategory; }
  std::string message() const override { return text; }
  void log(llvm::raw_ostream& out) const override;
  std::error_code convertToErrorCode() const override;

private:
  ErrorCategory errorCategory;
  std::string text;
};

/// One sentence without a capital or a full stop; names the thing (a path, a command) and, where
/// there is one, the remedy.
llvm::Error usageError(const llvm::Twine& message);
llvm::Error worldError(const llvm::Twine& message);
/// `action` is what was tried: "cannot read `x`"; the system's reason for `errorNumber` is
/// appended.
llvm::Error systemError(const llvm::Twine& action, int errorNumber);

/// Takes `error` apart: the worst category in it (World over Usage) and all its texts, joined by ";
/// ".
std::pair<ErrorCategory, std::string> describe(llvm::Error error);

} // namespace pipec::base
