// Strings: the tokens between the quotes → literal text and holes.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse/token.h"

#include "PipeParser.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::parse {

/// Builds the tree of the expression in a hole; null if there is none to read.
using HoleBuilder = llvm::function_ref<ast::ExprId(pipedsl::PipeParser::ExprContext*)>;

/// Resolves escapes and removes the indentation of block forms; reports what is wrong with them
/// (E0004, E0005, E0101).
ast::StringLiteral readString(pipedsl::PipeParser::StringContext& context, llvm::StringRef text,
                              diagnostics::SourceFileId file,
                              diagnostics::DiagnosticEmitter emitter, HoleBuilder buildHole);

} // namespace pipec::parse
