// Construction and description of base::Error.
#include "compiler/base/error.h"

#include "llvm/Support/raw_ostream.h"

namespace pipec::base {

char Error::ID = 0;

void Error::log(llvm::raw_ostream& out) const {
  out << text;
}

std::error_code Error::convertToErrorCode() const {
  return llvm::inconvertibleErrorCode();
}

llvm::Error usageError(const llvm::Twine& message) {
  return llvm::make_error<Error>(ErrorCategory::Usage, message.str());
}

llvm::Error worldError(const llvm::Twine& message) {
  return llvm::make_error<Error>(ErrorCategory::World, message.str());
}

llvm::Error systemError(const llvm::Twine& action, int errorNumber) {
  return worldError(action + ": " + std::generic_category().message(errorNumber));
}

std::pair<ErrorCategory, std::string> describe(llvm::Error error) {
  ErrorCategory worst = ErrorCategory::Usage;
  std::string text;
  auto append = [&](ErrorCategory category, const std::string& message) {
    if (category == ErrorCategory::World)
      worst = ErrorCategory::World;
    if (!text.empty())
      text += "; ";
    text += message;
  };
  llvm::handleAllErrors(
      std::move(error), [&](const Error& e) { append(e.category(), e.message()); },
      [&](const llvm::ErrorInfoBase& e) { append(ErrorCategory::World, e.message()); });
  return {worst, std::move(text)};
}

} // namespace pipec::base
