// Resolution of type expressions.
#include "compiler/sema/resolve_type.h"

#include "compiler/sema/builtins_table.h"
#include "compiler/sema/names.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

class TypeResolver {
public:
  TypeResolver(ModuleState& state, SymbolId owner)
      : state_(state), types_(state.types), owner_(owner) {}

  TypeId resolve(ast::TypeExprId id) {
    const ast::TypeExpr& written = state_.syntax.types[id];
    TypeId type = written.evidence.empty() ? resolveName(written) : resolveWithEvidence(written);
    return written.optional ? types_.optional(type) : type;
  }

private:
  TypeId fail(Code code, SourceRange range, const llvm::Twine& message) {
    state_.emit(code, range, message);
    return state_.error();
  }

  TypeId resolveWithEvidence(const ast::TypeExpr& written) {
    TypeId base = resolveName(written);
    std::vector<SymbolId> evidence = findEvidence(state_, written.evidence, owner_);
    if (state_.isError(base) || evidence.empty())
      return state_.error();
    if (!isSubjectType(types_, base))
      return fail(Code::E0401, written.range,
                  "only a File, a Dir or an Image can have evidence, not " +
                      withArticle(state_.show(base)));
    return types_.with(base, evidence);
  }

  /// The name with its type arguments.
  TypeId resolveName(const ast::TypeExpr& written) {
    const ast::QualifiedName& name = written.name;
    if (name.parts.size() == 1 && !state_.scope.names.contains(name.parts.front().text))
      return resolvePrelude(written);
    return resolveDeclared(written);
  }

  TypeId resolvePrelude(const ast::TypeExpr& written) {
    StringRef name = written.name.parts.front().text;
    if (name == "Deployment")
      return resolveDeployment(written);
    TypeKind generic = llvm::StringSwitch<TypeKind>(name)
                           .Case("List", TypeKind::List)
                           .Case("Each", TypeKind::Each)
                           .Case("Map", TypeKind::Map)
                           .Case("Pair", TypeKind::Pair)
                           .Default(TypeKind::Error);
    if (generic != TypeKind::Error)
      return resolveGeneric(written, generic);
    TypeKind simple = simpleTypeNamed(name);
    if (simple == TypeKind::Error)
      return resolveDeclared(written);
    return withoutArguments(written, types_.simple(simple));
  }

  TypeId withoutArguments(const ast::TypeExpr& written, TypeId type) {
    if (written.args.empty())
      return type;
    for (ast::TypeExprId arg : written.args)
      resolve(arg);
    return fail(Code::E0401, written.range,
                "`" + written.name.parts.back().text + "` takes no type in `<…>`");
  }

  TypeId resolveGeneric(const ast::TypeExpr& written, TypeKind kind) {
    size_t wanted = kind == TypeKind::List || kind == TypeKind::Each ? 1 : 2;
    std::vector<TypeId> args;
    for (ast::TypeExprId arg : written.args)
      args.push_back(resolve(arg));
    if (args.size() != wanted) {
      StringRef name = written.name.parts.front().text;
      return fail(Code::E0401, written.range,
                  "`" + name + "` wants " +
                      (wanted == 1 ? "the type of its elements: `" + name + "<File>`"
                                   : "two types: `" + name + "<String, File>`"));
    }
    if (llvm::any_of(args, [&](TypeId arg) { return state_.isError(arg); }))
      return state_.error();
    switch (kind) {
    case TypeKind::List:
      return types_.list(args[0]);
    case TypeKind::Each:
      return types_.each(args[0]);
    case TypeKind::Pair:
      return types_.pair(args[0], args[1]);
    default:
      return resolveMap(written, args[0], args[1]);
    }
  }

  TypeId resolveMap(const ast::TypeExpr& written, TypeId key, TypeId value) {
    TypeKind kind = types_.kind(key);
    if (kind == TypeKind::String || kind == TypeKind::Int || kind == TypeKind::Enum)
      return types_.map(key, value);
    return fail(Code::E0401, state_.syntax.types[written.args[0]].range,
                "the keys of a map are String, Int or an enum, not " + state_.show(key));
  }

  TypeId resolveDeployment(const ast::TypeExpr& written) {
    if (written.args.empty())
      return types_.simple(TypeKind::Deployment);
    const ast::TypeExpr& arg = state_.syntax.types[written.args.front()];
    if (written.args.size() > 1 || !arg.args.empty() || !arg.evidence.empty() || arg.optional)
      return fail(Code::E0401, written.range,
                  "`Deployment` wants the name of one environment: `Deployment<Production>`");
    std::optional<SymbolId> environment =
        findDeclaration(state_, arg.name, SymbolKind::Environment, owner_);
    return environment ? types_.deployment(*environment) : state_.error();
  }

  TypeId resolveDeclared(const ast::TypeExpr& written) {
    std::optional<SymbolId> found = findQualified(state_, written.name, "type", [&] {
      std::vector<StringRef> names = namesOfKinds(state_, {SymbolKind::Record, SymbolKind::Enum});
      llvm::append_range(names, preludeTypeNames());
      return names;
    });
    if (!found)
      return state_.error();
    state_.use(owner_, *found);
    const Symbol& symbol = state_.symbol(*found);
    if (state_.isBroken(*found))
      return state_.error();
    if (symbol.kind == SymbolKind::Record || symbol.kind == SymbolKind::Enum)
      return withoutArguments(
          written,
          types_.nominal(symbol.kind == SymbolKind::Record ? TypeKind::Record : TypeKind::Enum,
                         *found));
    auto report = state_.emit(Code::E0401, written.name.range,
                              "`" + symbol.name + "` is " +
                                  withArticle(describe(state_.program, *found)) + ", not a type");
    if (symbol.nameRange.valid())
      report.also(symbol.nameRange, "declared here");
    return state_.error();
  }

  ModuleState& state_;
  TypeTable& types_;
  SymbolId owner_;
};

} // namespace

TypeId resolveType(ModuleState& state, ast::TypeExprId type, SymbolId owner) {
  return type.valid() ? TypeResolver(state, owner).resolve(type) : state.error();
}

} // namespace pipec::sema
