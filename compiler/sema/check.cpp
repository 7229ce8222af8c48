// The passes over each module, imports before their users.
#include "compiler/sema/check.h"

#include "compiler/sema/check_decl.h"
#include "compiler/sema/declare.h"
#include "compiler/sema/dependencies.h"
#include "compiler/sema/module_state.h"
#include "compiler/sema/naming.h"
#include "compiler/sema/signature.h"

namespace pipec::sema {

namespace {

/// W0904 for what the module keeps to itself and does not use.
void warnUnused(ModuleState& state) {
  if (state.hasErrors())
    return;
  for (size_t i = 0; i < state.syntax.uses.size(); ++i) {
    const ast::UseDecl& use = state.syntax.uses[i];
    if (!state.usedUses.test(i) && state.module.imports[i].valid())
      state.emit(Code::W0904, use.pathRange, "`" + use.boundName() + "` is never used")
          .fix(use.range, "", "remove the `use`");
  }
  for (size_t i = 0; i < state.syntax.decls.size(); ++i) {
    const ast::Decl& decl = state.syntax.decls[i];
    bool entryPoint = std::holds_alternative<ast::PipelineDecl>(decl.node);
    const ast::Name& name = nameOf(decl);
    if (state.usedDecls.test(i) || decl.isPublic || entryPoint ||
        llvm::StringRef(name.text).starts_with("_"))
      continue;
    state.emit(Code::W0904, name.range, "`" + name.text + "` is never used");
  }
}

void checkModule(Session& session, ast::ModuleId id) {
  ModuleState state(session, id);
  declareModule(state);
  resolveSignatures(state);
  checkBodies(state);
  std::vector<uint32_t> order = orderDeclarations(state);
  checkEffects(state, order);
  for (uint32_t decl : order) {
    SymbolId symbol = state.tables.declSymbols[decl];
    if (symbol.valid() && state.symbol(symbol).kind == SymbolKind::Let)
      state.program.letOrder.push_back(symbol);
  }
  warnUnused(state);
  warnNaming(state);
  state.releaseMessages();
}

} // namespace

TypedProgram check(const ast::ModuleGraph& graph, diagnostics::DiagnosticConsumer& consumer) {
  TypedProgram program;
  program.graph = &graph;
  program.modules.resize(graph.modules.size());
  Session session{graph, program, consumer, {}, {}};
  session.scopes.resize(graph.modules.size());
  declarePrelude(session);
  for (size_t i = 0; i < graph.modules.size(); ++i)
    checkModule(session, graph.modules.idAt(i));
  return program;
}

} // namespace pipec::sema
