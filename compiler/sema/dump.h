// A text form of what the checker found out, for tests and people.
#pragma once

#include "compiler/sema/typed_program.h"

#include "llvm/Support/raw_ostream.h"

namespace pipec::sema {

/// One line for each declaration of the module and each variable in it, in the order of the text:
///
///     fn library(name: String, mode: Mode = …) -> Library  // build
///       let dirs: List<Dir>
///     let order: gcc, protoc
void dump(llvm::raw_ostream& out, const TypedProgram& program, ast::ModuleId module);

} // namespace pipec::sema
