// The registry of diagnostic codes, made from codes.def.
#include "compiler/diagnostics/codes.h"

#include "llvm/ADT/ArrayRef.h"

namespace pipec::diagnostics {

namespace {

struct Entry {
  llvm::StringLiteral name;
  llvm::StringLiteral title;
};

constexpr Entry Registry[] = {
#define PIPEC_CODE(code, title) {#code, title},
#include "compiler/diagnostics/codes.def"
};

const Entry& entryOf(Code code) {
  return Registry[static_cast<size_t>(code)];
}

} // namespace

llvm::StringRef codeName(Code code) {
  return entryOf(code).name;
}

llvm::StringRef codeTitle(Code code) {
  return entryOf(code).title;
}

std::optional<Code> codeFromName(llvm::StringRef name) {
  for (size_t index = 0; index < codeCount(); ++index)
    if (name == Registry[index].name)
      return static_cast<Code>(index);
  return std::nullopt;
}

Severity severityOf(Code code) {
  return codeName(code).starts_with("W") ? Severity::Warning : Severity::Error;
}

size_t codeCount() {
  return std::size(Registry);
}

} // namespace pipec::diagnostics
