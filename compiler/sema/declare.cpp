// Declaration of symbols.
#include "compiler/sema/declare.h"

#include "compiler/sema/builtins_table.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

struct KindOf {
  SymbolKind operator()(const ast::LetDecl&) const { return SymbolKind::Let; }
  SymbolKind operator()(const ast::FnDecl&) const { return SymbolKind::Fn; }
  SymbolKind operator()(const ast::ActionDecl&) const { return SymbolKind::Action; }
  SymbolKind operator()(const ast::TypeDecl&) const { return SymbolKind::Record; }
  SymbolKind operator()(const ast::EnumDecl&) const { return SymbolKind::Enum; }
  SymbolKind operator()(const ast::EvidenceDecl&) const { return SymbolKind::Evidence; }
  SymbolKind operator()(const ast::EnvironmentDecl&) const { return SymbolKind::Environment; }
  SymbolKind operator()(const ast::PipelineDecl&) const { return SymbolKind::Pipeline; }
};

/// Makes room for what will be found out about the declaration.
uint32_t addInfo(TypedProgram& program, SymbolKind kind) {
  auto add = [](auto& infos) {
    infos.emplace_back();
    return static_cast<uint32_t>(infos.size() - 1);
  };
  switch (kind) {
  case SymbolKind::Let:
    return add(program.lets);
  case SymbolKind::Fn:
    return add(program.fns);
  case SymbolKind::Action:
    return add(program.actions);
  case SymbolKind::Record:
    return add(program.records);
  case SymbolKind::Enum:
    return add(program.enums);
  case SymbolKind::Environment:
    return add(program.environments);
  case SymbolKind::Pipeline:
    return add(program.pipelines);
  case SymbolKind::Evidence:
    return 0;
  }
  return 0;
}

/// False if the name is taken in `scope`.
bool enter(ModuleScope& scope, StringRef name, TopLevelName entry) {
  auto [position, isNew] = scope.names.try_emplace(name, entry);
  if (isNew)
    scope.order.push_back(position->first());
  return isNew;
}

SourceRange rangeOfEntry(const ModuleState& state, const TopLevelName& entry) {
  if (entry.symbol.valid())
    return state.symbol(entry.symbol).nameRange;
  const ast::UseDecl& use = state.syntax.uses[entry.use];
  return use.alias ? use.alias->range : use.pathRange;
}

void reportTaken(ModuleState& state, StringRef name, SourceRange range) {
  TopLevelName& first = state.scope.names.find(name)->second;
  first.isAmbiguous = true;
  std::string what = first.symbol.valid() ? withArticle(describe(state.program, first.symbol))
                                          : std::string("an imported module");
  state.emit(Code::E0204, range, "`" + name + "` is already " + what)
      .label("choose another name")
      .also(rangeOfEntry(state, first), "declared here");
}

/// What says `String` in a signature means the same in every module.
bool isTypeOfTheLanguage(ModuleState& state, StringRef name, SourceRange range) {
  if (!llvm::is_contained(preludeTypeNames(), name))
    return false;
  state.emit(Code::E0204, range, "`" + name + "` is a type of the language")
      .label("choose another name");
  return true;
}

SymbolId declarePreludeSymbol(Session& session, SymbolKind kind, StringRef name) {
  Symbol symbol;
  symbol.kind = kind;
  symbol.name = name.str();
  symbol.info = addInfo(session.program, kind);
  symbol.isPublic = true;
  SymbolId id = session.program.symbols.push(std::move(symbol));
  enter(session.prelude, name, {id});
  return id;
}

} // namespace

void declarePrelude(Session& session) {
  TypedProgram& program = session.program;
  auto declareEnum = [&](StringRef name, std::vector<std::string> members) {
    SymbolId id = declarePreludeSymbol(session, SymbolKind::Enum, name);
    program.enums[program.symbols[id].info].members = std::move(members);
    return id;
  };
  program.prelude.tested = declarePreludeSymbol(session, SymbolKind::Evidence, "Tested");
  program.prelude.approved = declarePreludeSymbol(session, SymbolKind::Evidence, "Approved");
  program.prelude.platform =
      declareEnum("Platform", {"linux_x64", "linux_arm64", "macos_arm64", "windows_x64"});
  program.prelude.onFail = declareEnum("OnFail", {"stop", "rollback", "warn"});
}

void declareModule(ModuleState& state) {
  for (uint32_t i = 0; i < state.syntax.uses.size(); ++i) {
    const ast::UseDecl& use = state.syntax.uses[i];
    std::string name = use.boundName();
    SourceRange range = use.alias ? use.alias->range : use.pathRange;
    if (name.empty() || isTypeOfTheLanguage(state, name, range))
      continue;
    if (!enter(state.scope, name, {{}, i}))
      reportTaken(state, name, range);
  }
  for (uint32_t i = 0; i < state.syntax.decls.size(); ++i) {
    const ast::Decl& decl = state.syntax.decls[i];
    const ast::Name& name = nameOf(decl);
    if (name.text.empty())
      continue;
    Symbol symbol;
    symbol.kind = std::visit(KindOf(), decl.node);
    symbol.name = name.text;
    symbol.module = state.id;
    symbol.decl = i;
    symbol.info = addInfo(state.program, symbol.kind);
    symbol.nameRange = name.range;
    symbol.isPublic = decl.isPublic;
    SymbolId id = state.program.symbols.push(std::move(symbol));
    state.tables.declSymbols[i] = id;
    if (isTypeOfTheLanguage(state, name.text, name.range))
      continue;
    if (!enter(state.scope, name.text, {id}))
      reportTaken(state, name.text, name.range);
  }
}

} // namespace pipec::sema
