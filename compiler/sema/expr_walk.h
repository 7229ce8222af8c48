// Walking an expression without knowing its kinds.
#pragma once

#include "compiler/ast/ast.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::sema {

/// Calls `visit` with every expression directly inside `expr`, in the order they are written.
void forEachChild(const ast::Module& module, ast::ExprId expr,
                  llvm::function_ref<void(ast::ExprId)> visit);

/// Calls `visit` with every name in `expr`.
void forEachName(const ast::Module& module, ast::ExprId expr,
                 llvm::function_ref<void(const ast::NameExpr&)> visit);

} // namespace pipec::sema
