// Checking: ModuleGraph → TypedProgram; names, types, effects and evidence.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/sema/typed_program.h"

namespace pipec::sema {

/// Checks every module of the graph and reports what is wrong with E02xx–E06xx, E08xx and W09xx.
/// Goes on after mistakes and always returns a program, which may be evaluated if nothing of
/// severity Error was reported. The program refers to the graph, which must outlive it.
TypedProgram check(const ast::ModuleGraph& graph, diagnostics::DiagnosticConsumer& consumer);

} // namespace pipec::sema
