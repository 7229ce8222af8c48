// Resolution of signatures.
#include "compiler/sema/signature.h"

#include "compiler/sema/action_shape.h"
#include "compiler/sema/names.h"
#include "compiler/sema/resolve_type.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace pipec::sema {

namespace {

std::vector<ParamInfo> resolveParams(ModuleState& state, llvm::ArrayRef<ast::Param> params,
                                     SymbolId owner) {
  std::vector<ParamInfo> infos;
  for (const ast::Param& param : params) {
    TypeId type = resolveType(state, param.type, owner);
    infos.push_back({param.name.text, param.mode, type, param.defaultValue,
                     isCommandLineType(state.types, type)});
  }
  return infos;
}

/// `subject` and `pool` are for actions.
void refuseModes(ModuleState& state, llvm::ArrayRef<ast::Param> params, llvm::StringRef owner) {
  for (const ast::Param& param : params)
    if (param.mode != ast::ParamMode::Plain)
      state.emit(Code::E0306, param.range,
                 withArticle(owner) + " has no `" +
                     (param.mode == ast::ParamMode::Subject ? "subject" : "pool") +
                     "`; that belongs in an action");
}

void resolveEnum(ModuleState& state, const ast::EnumDecl& decl, EnumInfo& info) {
  std::map<llvm::StringRef, SourceRange> seen;
  for (const ast::EnumMember& member : decl.members) {
    auto [first, isNew] = seen.try_emplace(member.name.text, member.name.range);
    if (!isNew)
      state
          .emit(Code::E0204, member.name.range,
                "`" + member.name.text + "` is already a member of `" + decl.name.text + "`")
          .also(first->second, "declared here");
    info.members.push_back(member.name.text);
  }
}

void resolveRecord(ModuleState& state, const ast::TypeDecl& decl, SymbolId symbol,
                   RecordInfo& info) {
  std::map<llvm::StringRef, SourceRange> seen;
  for (const ast::FieldDecl& field : decl.fields) {
    auto [first, isNew] = seen.try_emplace(field.name.text, field.name.range);
    if (!isNew)
      state
          .emit(Code::E0204, field.name.range,
                "`" + field.name.text + "` is already a field of `" + decl.name.text + "`")
          .also(first->second, "declared here");
    info.fields.push_back({field.name.text, ast::ParamMode::Plain,
                           resolveType(state, field.type, symbol), field.defaultValue, false});
  }
}

/// Whether a value of `type` has one of the record `wanted` in it.
bool containsRecord(const TypedProgram& program, TypeId type, SymbolId wanted,
                    std::set<SymbolId>& visited) {
  const Type& t = program.types[type];
  if (t.kind == TypeKind::Record) {
    if (t.symbol == wanted)
      return true;
    if (!visited.insert(t.symbol).second)
      return false;
    return llvm::any_of(program.recordOf(t.symbol).fields, [&](const ParamInfo& field) {
      return containsRecord(program, field.type, wanted, visited);
    });
  }
  return (t.element.valid() && containsRecord(program, t.element, wanted, visited)) ||
         (t.key.valid() && containsRecord(program, t.key, wanted, visited));
}

/// A field that would hold the record itself becomes Error, so that no later walk is endless.
void refuseRecursion(ModuleState& state, const ast::TypeDecl& decl, SymbolId symbol,
                     RecordInfo& info) {
  for (size_t i = 0; i < info.fields.size(); ++i) {
    std::set<SymbolId> visited;
    if (!containsRecord(state.program, info.fields[i].type, symbol, visited))
      continue;
    state
        .emit(Code::E0310, decl.fields[i].name.range,
              "a record cannot contain itself: `" + decl.name.text + "` does")
        .label("this field has one in it");
    info.fields[i].type = state.error();
  }
}

class SignatureResolver {
public:
  explicit SignatureResolver(ModuleState& state) : state_(state), program_(state.program) {}

  /// Records and enums first: what a parameter contains depends on them.
  void resolve() {
    forEachDecl([&](auto& decl, SymbolId symbol) { resolveTypes(decl, symbol); });
    forEachDecl([&](auto& decl, SymbolId symbol) {
      if constexpr (std::is_same_v<std::decay_t<decltype(decl)>, ast::TypeDecl>)
        refuseRecursion(state_, decl, symbol, program_.records[state_.symbol(symbol).info]);
    });
    forEachDecl([&](auto& decl, SymbolId symbol) { resolveRest(decl, symbol); });
  }

private:
  template <class Visit> void forEachDecl(Visit visit) {
    for (size_t i = 0; i < state_.syntax.decls.size(); ++i) {
      SymbolId symbol = state_.tables.declSymbols[i];
      if (symbol.valid())
        std::visit([&](auto& decl) { visit(decl, symbol); }, state_.syntax.decls[i].node);
    }
  }

  uint32_t infoOf(SymbolId symbol) const { return program_.symbols[symbol].info; }

  void resolveTypes(const ast::EnumDecl& decl, SymbolId symbol) {
    resolveEnum(state_, decl, program_.enums[infoOf(symbol)]);
  }
  void resolveTypes(const ast::TypeDecl& decl, SymbolId symbol) {
    resolveRecord(state_, decl, symbol, program_.records[infoOf(symbol)]);
  }
  template <class Other> void resolveTypes(const Other&, SymbolId) {}

  void resolveRest(const ast::LetDecl& decl, SymbolId symbol) {
    LetInfo& info = program_.lets[infoOf(symbol)];
    info.value = decl.value;
    if (decl.type.valid())
      info.type = resolveType(state_, decl.type, symbol);
  }
  void resolveRest(const ast::FnDecl& decl, SymbolId symbol) {
    refuseModes(state_, decl.params, "function");
    FnInfo& info = program_.fns[infoOf(symbol)];
    info.params = resolveParams(state_, decl.params, symbol);
    info.result = resolveType(state_, decl.result, symbol);
  }
  void resolveRest(const ast::ActionDecl& decl, SymbolId symbol) {
    ActionInfo& info = program_.actions[infoOf(symbol)];
    info.kind = decl.kind;
    info.params = resolveParams(state_, decl.params, symbol);
    resolveActionShape(state_, decl, symbol, info);
  }
  void resolveRest(const ast::EnvironmentDecl& decl, SymbolId symbol) {
    program_.environments[infoOf(symbol)].requires_ = findEvidence(state_, decl.requires_, symbol);
  }
  void resolveRest(const ast::PipelineDecl& decl, SymbolId symbol) {
    refuseModes(state_, decl.params, "pipeline");
    program_.pipelines[infoOf(symbol)].params = resolveParams(state_, decl.params, symbol);
  }
  template <class Other> void resolveRest(const Other&, SymbolId) {}

  ModuleState& state_;
  TypedProgram& program_;
};

} // namespace

void resolveSignatures(ModuleState& state) {
  SignatureResolver(state).resolve();
}

} // namespace pipec::sema
