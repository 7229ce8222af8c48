// Formatting: a module and its text → the same module in the one style (docs/format.md).
#pragma once

#include "compiler/ast/ast.h"

#include <string>

namespace pipec::format {

/// How many columns a line may have where it can be broken.
constexpr unsigned LineWidth = 100;

/// The canonical text of `module`, which was read from `source` without an error. Parsing the
/// result gives the same tree, apart from positions, with the same comments in the same order, and
/// formatting it again gives the same bytes. Empty, or ends in exactly one line end.
std::string formatModule(const diagnostics::SourceFile& source, const ast::Module& module);

} // namespace pipec::format
