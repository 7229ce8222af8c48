// Shared state and wording of the checks of one module.
#include "compiler/sema/module_state.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

ModuleState::ModuleState(Session& shared, ast::ModuleId moduleId)
    : session(shared), program(shared.program), types(shared.program.types), id(moduleId),
      module(shared.graph[moduleId]), syntax(module.syntax), tables(program.modules[moduleId]),
      scope(shared.scopes[moduleId]), usedDecls(syntax.decls.size()), usedUses(syntax.uses.size()),
      brokenDecls_(syntax.decls.size()) {
  tables.types.resize(syntax.exprs.size());
  tables.references.resize(syntax.exprs.size());
  tables.letSlots.resize(syntax.exprs.size());
  tables.details.resize(syntax.exprs.size());
  tables.declSymbols.resize(syntax.decls.size());
  hasErrors_ = syntax.hasSyntaxErrors;
  std::vector<uint32_t> errors;
  for (SourceRange error : syntax.syntaxErrors)
    errors.push_back(error.begin);
  llvm::sort(errors);
  for (size_t i = 0; !errors.empty() && i < syntax.decls.size(); ++i) {
    auto inside = llvm::lower_bound(errors, syntax.decls[i].range.begin);
    if (inside != errors.end() && *inside <= syntax.decls[i].range.end)
      brokenDecls_.set(i);
  }
  textIsMissing_ = hasErrors_ || llvm::any_of(module.imports, [&](ast::ModuleId import) {
                     return import.valid() && shared.graph[import].syntax.hasSyntaxErrors;
                   });
}

namespace {

/// Takes what is not worth saying.
class Discard final : public diagnostics::DiagnosticConsumer {
public:
  void handle(diagnostics::Diagnostic) override {}
};

/// Whether such a mistake may come from a declaration, parameter or clause that is missing in the
/// tree because of a syntax error.
bool followsFromMissingText(Code code) {
  switch (code) {
  case Code::E0110:
  case Code::E0201:
  case Code::E0202:
  case Code::E0204:
  case Code::E0205:
  case Code::E0208:
  case Code::E0211:
  case Code::E0306:
  case Code::E0308:
  case Code::E0406:
  case Code::E0407:
  case Code::E0413:
  case Code::E0414:
  case Code::E0601:
  case Code::E0602:
  case Code::E0608:
    return true;
  default:
    return diagnostics::severityOf(code) == diagnostics::Severity::Warning;
  }
}

} // namespace

bool ModuleState::isBroken(SymbolId symbol) const {
  const Symbol& declared = program.symbols[symbol];
  return declared.module == id && brokenDecls_.test(declared.decl);
}

bool ModuleState::isInBrokenDecl(SourceRange range) const {
  for (unsigned decl : brokenDecls_.set_bits()) {
    SourceRange whole = syntax.decls[decl].range;
    if (range.file == whole.file && range.begin >= whole.begin && range.begin < whole.end)
      return true;
  }
  return false;
}

DiagnosticBuilder ModuleState::emit(Code code, SourceRange range, const llvm::Twine& message) {
  static Discard discard;
  if (textIsMissing_ && (followsFromMissingText(code) || isInBrokenDecl(range)))
    return diagnostics::DiagnosticEmitter(discard).emit(code, range, message);
  if (diagnostics::severityOf(code) == diagnostics::Severity::Error)
    hasErrors_ = true;
  return diagnostics::DiagnosticEmitter(messages_).emit(code, range, message);
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
  return type.valid() && !isBroken(let) ? type : error();
}

std::string withArticle(llvm::StringRef noun) {
  bool vowel = !noun.empty() && llvm::StringRef("AEIOaeiou").contains(noun.front());
  return (vowel ? "an " : "a ") + noun.str();
}

std::string quotedList(llvm::ArrayRef<std::string> names, llvm::StringRef conjunction) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i != 0)
      text += i + 1 == names.size() ? " " + conjunction.str() + " " : ", ";
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
