// Look-ups of declarations by name.
#include "compiler/sema/names.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::sema {

using llvm::StringRef;

namespace {

/// Evidence is not counted.
std::string articleFor(StringRef word) {
  return word == "evidence" ? "evidence" : withArticle(word);
}

/// The top-level entry, the module's own before the prelude's; null if there is none.
const TopLevelName* findTopLevel(const ModuleState& state, StringRef name) {
  for (const ModuleScope* scope : {&state.scope, &state.session.prelude}) {
    auto found = scope->names.find(name);
    if (found != scope->names.end())
      return &found->second;
  }
  return nullptr;
}

/// `a.b.c` of an expression, or nullopt if it is anything else.
std::optional<ast::QualifiedName> asQualifiedName(const ModuleState& state, ExprId expr) {
  if (const auto* name = state.as<ast::NameExpr>(expr)) {
    SourceRange range = state.rangeOf(expr);
    return ast::QualifiedName{{{name->text, range}}, range};
  }
  const auto* member = state.as<ast::MemberExpr>(expr);
  if (!member)
    return std::nullopt;
  std::optional<ast::QualifiedName> base = asQualifiedName(state, member->base);
  if (base) {
    base->parts.push_back(member->member);
    base->range = state.rangeOf(expr);
  }
  return base;
}

} // namespace

std::string didYouMean(StringRef name, llvm::ArrayRef<StringRef> candidates) {
  StringRef closest = diagnostics::closestName(name, candidates);
  return closest.empty() ? "" : "; did you mean `" + closest.str() + "`?";
}

std::vector<StringRef> topLevelNames(const ModuleState& state) {
  std::vector<StringRef> names = state.scope.order;
  llvm::append_range(names, state.session.prelude.order);
  return names;
}

std::optional<SymbolId> findInModule(ModuleState& state, ast::ModuleId target, StringRef shown,
                                     const ast::Name& member) {
  if (!target.valid())
    return std::nullopt;
  const ModuleScope& scope = state.session.scopes[target];
  auto found = scope.names.find(member.text);
  if (found == scope.names.end() || !found->second.symbol.valid()) {
    std::vector<StringRef> publicNames;
    for (StringRef name : scope.order) {
      SymbolId symbol = scope.names.find(name)->second.symbol;
      if (symbol.valid() && state.program.symbols[symbol].isPublic)
        publicNames.push_back(name);
    }
    StringRef closest = diagnostics::closestName(member.text, publicNames);
    auto report = state.emit(Code::E0205, member.range,
                             "`" + shown + "` has no `" + member.text + "`" +
                                 didYouMean(member.text, publicNames));
    if (!closest.empty())
      report.suggest(member.range, closest);
    return std::nullopt;
  }
  if (found->second.isAmbiguous)
    return std::nullopt;
  const Symbol& symbol = state.program.symbols[found->second.symbol];
  if (!symbol.isPublic) {
    state
        .emit(Code::E0206, member.range,
              "`" + member.text + "` is private to " + state.session.graph[target].path)
        .also(symbol.nameRange, "not marked `pub`");
    return std::nullopt;
  }
  return found->second.symbol;
}

std::vector<StringRef> namesOfKinds(const ModuleState& state, llvm::ArrayRef<SymbolKind> kinds) {
  std::vector<StringRef> names;
  for (const ModuleScope* scope : {&state.scope, &state.session.prelude})
    for (StringRef name : scope->order) {
      SymbolId symbol = scope->names.find(name)->second.symbol;
      if (symbol.valid() && llvm::is_contained(kinds, state.symbol(symbol).kind))
        names.push_back(name);
    }
  return names;
}

std::optional<SymbolId> findQualified(ModuleState& state, const ast::QualifiedName& name,
                                      StringRef word,
                                      llvm::function_ref<std::vector<StringRef>()> candidates) {
  const ast::Name& first = name.parts.front();
  const TopLevelName* found = findTopLevel(state, first.text);
  if (!found) {
    std::vector<StringRef> names = name.parts.size() == 1 ? candidates() : topLevelNames(state);
    StringRef closest = diagnostics::closestName(first.text, names);
    std::string what =
        name.parts.size() == 1 ? word.str() + " `" + first.text + "`" : "`" + first.text + "` here";
    auto report =
        state.emit(Code::E0201, first.range, "there is no " + what + didYouMean(first.text, names));
    if (!closest.empty())
      report.suggest(first.range, closest);
    return std::nullopt;
  }
  if (found->isAmbiguous)
    return std::nullopt;
  if (found->symbol.valid()) {
    if (name.parts.size() == 1)
      return found->symbol;
    state.emit(Code::E0205, name.parts[1].range,
               "`" + first.text + "` is " + withArticle(describe(state.program, found->symbol)) +
                   ", not a module, so there is no " + word + " in it");
    return std::nullopt;
  }
  state.usedUses.set(found->use);
  if (name.parts.size() == 1) {
    state
        .emit(Code::E0401, first.range, "`" + first.text + "` is a module, not " + articleFor(word))
        .help("name what you mean in it: `" + first.text + ".…`");
    return std::nullopt;
  }
  std::optional<SymbolId> member =
      findInModule(state, state.module.imports[found->use], first.text, name.parts[1]);
  if (member && name.parts.size() > 2) {
    state.emit(Code::E0205, name.parts[2].range,
               "`" + name.parts[1].text + "` has no member `" + name.parts[2].text + "`");
    return std::nullopt;
  }
  return member;
}

std::optional<SymbolId> findDeclaration(ModuleState& state, const ast::QualifiedName& name,
                                        SymbolKind kind, SymbolId owner) {
  StringRef word = kind == SymbolKind::Evidence ? "evidence" : "environment";
  std::optional<SymbolId> found =
      findQualified(state, name, word, [&] { return namesOfKinds(state, kind); });
  if (!found)
    return std::nullopt;
  state.use(owner, *found);
  if (state.program.symbols[*found].kind == kind)
    return found;
  state.emit(Code::E0401, name.range,
             "`" + name.parts.back().text + "` is " + withArticle(describe(state.program, *found)) +
                 ", not " + articleFor(word));
  return std::nullopt;
}

/// `Mode.debug`, a field of a `let`: whatever it may be, it is in no module.
static bool isMemberOfDeclaration(const ModuleState& state, const ast::QualifiedName& name) {
  const TopLevelName* found = findTopLevel(state, name.parts.front().text);
  return name.parts.size() > 1 && found && !found->isAmbiguous && found->symbol.valid();
}

std::optional<SymbolId> findEnvironment(ModuleState& state, ExprId expr, SymbolId owner) {
  std::optional<ast::QualifiedName> name = asQualifiedName(state, expr);
  if (name && !isMemberOfDeclaration(state, *name))
    return findDeclaration(state, *name, SymbolKind::Environment, owner);
  if (!state.as<ast::ErrorExpr>(expr))
    state.emit(Code::E0608, state.rangeOf(expr), "`to` takes the name of an environment")
        .label("not an expression: the environment is known before anything is evaluated");
  return std::nullopt;
}

std::vector<SymbolId> findEvidence(ModuleState& state, llvm::ArrayRef<ast::QualifiedName> names,
                                   SymbolId owner) {
  std::vector<SymbolId> evidence;
  for (const ast::QualifiedName& name : names)
    if (std::optional<SymbolId> found = findDeclaration(state, name, SymbolKind::Evidence, owner))
      evidence.push_back(*found);
  llvm::sort(evidence);
  evidence.erase(std::unique(evidence.begin(), evidence.end()), evidence.end());
  return evidence;
}

} // namespace pipec::sema
