// Names that exist in the body of an action alone, and names that are taken.
#pragma once

#include "compiler/sema/expr_checker.h"

namespace pipec::sema {

/// What the name stands for in the body (and clause) being checked.
std::optional<BodyNameRef> findBodyName(const ExprChecker& checker, llvm::StringRef name);
/// Whether `name` is a body name somewhere, but not here: reports E0211.
bool reportForeignBodyName(ExprChecker& checker, llvm::StringRef name, SourceRange range);
/// Whether a parameter or let may not have the name; reports E0204.
bool reportTakenName(ExprChecker& checker, const ast::Name& name);

} // namespace pipec::sema
