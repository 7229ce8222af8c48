// Shared state and wording of the checks of one module.
#include "compiler/sema/module_state.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

ModuleState::ModuleState(Session& shared, ast::ModuleId moduleId)
    : session(shared), program(shared.program), types(shared.program.types), id(moduleId),
      module(shared.graph[moduleId]), syntax(module.syntax), tables(program.modules[moduleId]),
      scope(shared.scopes[moduleId]), usedDecls(syntax.decls.size()), usedUses(syntax.uses.size()) {
  tables.types.resize(syntax.exprs.size());
  tables.references.resize(syntax.exprs.size());
  tables.letSlots.resize(syntax.exprs.size());
  tables.details.resize(syntax.exprs.size());
  tables.declSymbols.resize(syntax.decls.size());
  hasErrors_ = syntax.hasSyntaxErrors;
}

DiagnosticBuilder ModuleState::emit(Code code, SourceRange range, const llvm::Twine& message) {
  if (diagnostics::severityOf(code) == diagnostics::Severity::Error)
    hasErrors_ = true;
  return diagnostics::DiagnosticEmitter(session.consumer).emit(code, range, message);
}

void ModuleState::use(SymbolId owner, SymbolId target) {
  const Symbol& declared = program.symbols[target];
  if (declared.module == id && owner != target)
    usedDecls.set(declared.decl);
}

void ModuleState::mention(SymbolId owner, SymbolId target, SourceRange range) {
  use(owner, target);
  mentions.push_back({owner, target, range});
}

TypeId ModuleState::typeOfLet(SymbolId let) const {
  TypeId type = program.letOf(let).type;
  return type.valid() ? type : error();
}

std::string withArticle(llvm::StringRef noun) {
  bool vowel = !noun.empty() && llvm::StringRef("AEIOaeiou").contains(noun.front());
  return (vowel ? "an " : "a ") + noun.str();
}

std::string quotedList(llvm::ArrayRef<std::string> names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i != 0)
      text += i + 1 == names.size() ? " and " : ", ";
    text += "`" + names[i] + "`";
  }
  return text;
}

llvm::StringRef describe(ast::ActionKind kind) {
  switch (kind) {
  case ast::ActionKind::Source:
    return "source";
  case ast::ActionKind::Build:
    return "build";
  case ast::ActionKind::Test:
    return "test";
  case ast::ActionKind::Deploy:
    return "deploy";
  case ast::ActionKind::Approve:
    return "approve";
  }
  llvm_unreachable("every kind is covered");
}

llvm::StringRef describe(const TypedProgram& program, SymbolId symbol) {
  switch (program.symbols[symbol].kind) {
  case SymbolKind::Let:
    return "let";
  case SymbolKind::Fn:
    return "function";
  case SymbolKind::Action:
    return describe(program.actionOf(symbol).kind);
  case SymbolKind::Record:
    return "record type";
  case SymbolKind::Enum:
    return "enum";
  case SymbolKind::Evidence:
    return "kind of evidence";
  case SymbolKind::Environment:
    return "environment";
  case SymbolKind::Pipeline:
    return "pipeline";
  }
  llvm_unreachable("every kind is covered");
}

} // namespace pipec::sema
