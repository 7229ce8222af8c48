// The tree as text, for golden tests and for looking at it.
#pragma once

#include "compiler/ast/ast.h"

#include "llvm/Support/raw_ostream.h"

namespace pipec::ast {

/// One node a line, two spaces deeper than its parent, each with its place as
/// `@line:column-line:column`. The same tree gives the same bytes.
void dump(llvm::raw_ostream& out, const diagnostics::SourceFile& source, const Module& module);

} // namespace pipec::ast
