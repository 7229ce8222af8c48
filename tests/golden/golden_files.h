// The files beside golden cases: comparing, and rewriting.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace pipec::golden {

constexpr llvm::StringLiteral Root = PIPEC_SOURCE_DIR "/tests/golden";
/// No area: what the wrong programs of docs/diagnostics.md give, by code.
constexpr llvm::StringLiteral PagesFolder = "pages";

/// PIPEC_UPDATE_GOLDEN=1: all files beside the cases are rewritten instead of compared.
bool updating();

/// The names of the regular files of a folder, sorted.
std::vector<std::string> filesIn(const std::string& folder);

/// Compares, or rewrites; an empty text stands for no file.
void checkSidecar(const std::string& path, const std::string& actual);

} // namespace pipec::golden
