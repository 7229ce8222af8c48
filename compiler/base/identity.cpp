// What an identity may look like.
#include "compiler/base/identity.h"

#include "compiler/base/text.h"

namespace pipec::base {

static constexpr size_t MaxBytes = 4096;

std::string identityProblem(llvm::StringRef text) {
  if (text.trim().empty())
    return "is empty";
  if (text.starts_with("-"))
    return "begins with `-`, as an option of a command does";
  if (text.size() > MaxBytes)
    return "is longer than " + std::to_string(MaxBytes) + " bytes";
  if (text.contains('\n'))
    return "has several lines";
  if (printable(text) != text)
    return "has a control character in it, or is not UTF-8";
  return "";
}

} // namespace pipec::base
