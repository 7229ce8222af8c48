// TooLarge: a file that says it has more bytes than its disk could hold.
#pragma once

#include "compiler/base/error.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>
#include <sys/stat.h>

namespace pipec::cas {

/// The error of storing such a file. Only holes make one, and to read them would take for ever.
class TooLarge final : public llvm::ErrorInfo<TooLarge, base::Error> {
public:
  static char ID;
  explicit TooLarge(std::string message)
      : ErrorInfo(base::ErrorCategory::World, std::move(message)) {}
};

/// A TooLarge if the file `name` in the open folder `folder`, of `status`, is larger than its whole
/// disk. `shown` is its path in the message.
llvm::Error checkSize(int folder, const std::string& name, const struct stat& status,
                      const llvm::Twine& shown);

} // namespace pipec::cas
