// What the tests of the formatter share: a text, formatted, and what must hold of any.
#pragma once

#include "tests/support/parsed_shape.h"

#include <optional>
#include <string>

namespace pipec::format {

/// nullopt if the text has a syntax error.
std::optional<std::string> formatted(llvm::StringRef text);

/// What is wrong with the formatted text: it has errors, another tree or other comments, or becomes
/// another when formatted again; empty if nothing is. `text` has no error.
std::string problemOf(llvm::StringRef text);

} // namespace pipec::format
