// Scalars as text and back, and their order.
#pragma once

#include "compiler/lower/value.h"

#include <optional>
#include <string>

namespace pipec::lower {

/// As a user would write it, the shortest exact form: `1h30min`, `0s`, `-5min`.
std::string printDuration(int64_t milliseconds);
/// `512MiB`, `10MB`, `0B`; of two equally short forms the binary one.
std::string printSize(int64_t bytes);
/// nullopt unless the text is a literal of the language that fits in 64 bits.
std::optional<int64_t> parseInt(llvm::StringRef text); ///< also with a leading `-`
std::optional<int64_t> parseDuration(llvm::StringRef text);
std::optional<int64_t> parseSize(llvm::StringRef text);

/// Slices of a text that is a Version (sema/literal_text.h).
struct VersionParts {
  llvm::StringRef numbers[3]; ///< without leading zeros; `0` where the text has none
  llvm::StringRef pre;
};
VersionParts splitVersion(llvm::StringRef text);
/// Precedence of SemVer 2.0.0 (https://semver.org/#spec-item-11): negative, 0 or positive.
int compareVersions(llvm::StringRef a, llvm::StringRef b);

/// Slices of a text that is a Url (sema/literal_text.h).
struct UrlParts {
  llvm::StringRef scheme;
  llvm::StringRef host; ///< with user and port
  llvm::StringRef path; ///< from the first `/`
};
UrlParts splitUrl(llvm::StringRef text);

/// `==` of scalars, enumerators, optionals, lists, maps and records. Versions are equal if neither
/// comes first.
bool equalValues(const Value& a, const Value& b);
/// `<` as -1, 0 or 1: of two numbers, durations, sizes, versions, enumerators (by declaration) or
/// texts (by code point).
int compareValues(const Value& a, const Value& b);

} // namespace pipec::lower
