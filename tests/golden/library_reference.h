// The reference of the standard library, made from its doc comments.
#pragma once

#include "compiler/ast/ast.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::golden {

/// What is public in one module, as Markdown below a heading of the second level: every
/// declaration as it is written, with its documentation. `name` is the name after `std.`.
void writeReference(llvm::raw_ostream& out, llvm::StringRef name, llvm::StringRef text,
                    const ast::Module& module);

/// The first sentence of a module's documentation, without the `std.name: ` before it.
llvm::StringRef summaryOf(llvm::StringRef name, llvm::StringRef doc);

} // namespace pipec::golden
