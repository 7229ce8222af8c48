// Members: of modules, enums, records, built-in types, and of `to`.
#include "compiler/sema/builtins_table.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/names.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

class MemberResolver {
public:
  MemberResolver(ExprChecker& checker, ExprId expr, const ast::MemberExpr& member)
      : checker_(checker), state_(checker.state), types_(checker.types), expr_(expr),
        base_(member.base), member_(member.member) {}

  Entity resolve() {
    Entity base = checker_.resolve(base_);
    switch (base.kind) {
    case Entity::Kind::Error:
      return {};
    case Entity::Kind::Module:
      return ofModule(base.module);
    case Entity::Kind::Declaration:
      return ofDeclaration(base.symbol);
    case Entity::Kind::To:
      return ofTo();
    case Entity::Kind::PreludeFn:
    case Entity::Kind::Method:
      state_.emit(Code::E0205, member_.range, "a function has no members; call it first");
      return {};
    case Entity::Kind::Value:
      return ofValue(base.type);
    }
    llvm_unreachable("every kind is covered");
  }

private:
  Entity value(Reference reference, TypeId type) {
    state_.tables.references[expr_] = reference;
    return {.kind = Entity::Kind::Value, .type = type};
  }

  Entity ofModule(ast::ModuleId module) {
    std::string shown = state_.as<ast::NameExpr>(base_)->text;
    std::optional<SymbolId> found = findInModule(state_, module, shown, member_);
    if (!found)
      return {};
    state_.mention(checker_.body.owner, *found, state_.rangeOf(expr_));
    if (state_.symbol(*found).kind == SymbolKind::Let)
      return value(SymbolRef{*found}, state_.typeOfLet(*found));
    state_.tables.references[expr_] = SymbolRef{*found};
    return {.kind = Entity::Kind::Declaration, .symbol = *found};
  }

  Entity ofDeclaration(SymbolId symbol) {
    if (state_.symbol(symbol).kind != SymbolKind::Enum) {
      state_.emit(Code::E0205, member_.range,
                  "`" + state_.show(symbol) + "` is " +
                      withArticle(describe(state_.program, symbol)) + " and has no members");
      return {};
    }
    const std::vector<std::string>& members = state_.program.enumOf(symbol).members;
    auto found = llvm::find(members, member_.text);
    if (found != members.end())
      return value(EnumMemberRef{symbol, static_cast<uint32_t>(found - members.begin())},
                   types_.nominal(TypeKind::Enum, symbol));
    std::vector<StringRef> names(members.begin(), members.end());
    reportUnknown("`" + state_.show(symbol) + "`", names);
    return {};
  }

  Entity ofTo() {
    if (member_.text == "name")
      return value(MethodRef{Method::ToName}, state_.simple(TypeKind::String));
    if (member_.text == "url")
      return value(MethodRef{Method::ToUrl}, state_.simple(TypeKind::Url));
    reportUnknown("`to`", {"name", "url"});
    return {};
  }

  Entity ofValue(TypeId type) {
    TypeId plain = types_.withoutEvidence(type);
    switch (types_.kind(plain)) {
    case TypeKind::Error:
      return {};
    case TypeKind::Record:
      return ofFields(plain, state_.program.recordOf(types_[plain].symbol).fields);
    case TypeKind::Outputs:
      return ofFields(plain, state_.program.actionOf(types_[plain].symbol).outputs);
    case TypeKind::Optional:
      reportNone(checker_, base_, /*isOperand=*/true);
      return {};
    case TypeKind::Each:
      reportEach(checker_, base_, member_.range);
      return {};
    case TypeKind::None:
      state_.emit(Code::E0412, state_.rangeOf(base_), "the type of `none` is not known here");
      return {};
    default:
      return ofBuiltin(plain);
    }
  }

  template <class Field> Entity ofFields(TypeId type, const std::vector<Field>& fields) {
    for (uint32_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == member_.text)
        return value(FieldRef{i}, fields[i].type);
    std::vector<StringRef> names;
    for (const Field& field : fields)
      names.push_back(field.name);
    reportUnknown("`" + state_.show(type) + "`", names);
    return {};
  }

  Entity ofBuiltin(TypeId type) {
    const MethodEntry* entry = findMethod(types_.kind(type), member_.text);
    if (!entry) {
      reportNoMethod(type);
      return {};
    }
    if (entry->method == Method::DeploymentUrl && !mayReadUrl())
      return {};
    state_.tables.references[expr_] = MethodRef{entry->method};
    if (entry->called)
      return {.kind = Entity::Kind::Method, .type = type, .method = entry->method};
    return value(MethodRef{entry->method}, propertyType(checker_, entry->method, type));
  }

  /// Where the deployment has been made before the text is needed.
  bool mayReadUrl() {
    const ast::ActionDecl* action = checker_.body.action;
    if (action && checker_.body.place == Place::ActionBody)
      return true; // sources and builds have no Deployment to ask
    state_.emit(Code::E0505, member_.range, "the URL of a deployment is only readable in an action")
        .label("pass " + quotedOr(state_, base_, "the deployment") +
               " itself and write `${site.url}` in the command");
    return false;
  }

  void reportNoMethod(TypeId type) {
    TypeKind kind = types_.kind(type);
    if (kind == TypeKind::Arg) {
      state_
          .emit(Code::E0405, state_.rangeOf(base_),
                "this text contains an artifact and cannot be inspected")
          .label(labelOfArg(checker_, base_))
          .help("decide on the value that went into it");
      return;
    }
    std::string shown = "`" + state_.show(type) + "`";
    if (kind == TypeKind::Dir && member_.text == "glob") {
      state_.emit(Code::E0205, member_.range, shown + " has no member `glob`")
          .label("did you mean `files`? it gives an Each<File>: the files are known when the "
                 "directory is built")
          .suggest(member_.range, "files");
      return;
    }
    if (kind == TypeKind::Secret) {
      state_.emit(Code::E0205, member_.range, "a Secret has no members")
          .label("nothing can be done with it but giving it to a command");
      return;
    }
    reportUnknown(shown, methodNames(kind));
  }

  void reportUnknown(const std::string& owner, llvm::ArrayRef<StringRef> names) {
    StringRef closest = diagnostics::closestName(member_.text, names);
    std::string hint = closest.empty() ? "" : "; did you mean `" + closest.str() + "`?";
    auto report = state_.emit(Code::E0205, member_.range,
                              owner + " has no member `" + member_.text + "`" + hint);
    if (!closest.empty())
      report.suggest(member_.range, closest);
    else if (!names.empty())
      report.help("it has: " + llvm::join(names, ", "));
    if (closest.empty())
      distrustBase();
  }

  /// Somebody who asks a name for a member that is like none of its type means another type: one
  /// message is enough, and nothing more is said about that name.
  void distrustBase() {
    if (const auto* name = state_.as<ast::NameExpr>(base_))
      if (Local* local = checker_.scope.find(name->text))
        local->type = state_.error();
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  ExprId expr_;
  ExprId base_;
  const ast::Name& member_;
};

} // namespace

Entity resolveMember(ExprChecker& checker, ExprId expr, const ast::MemberExpr& member) {
  return MemberResolver(checker, expr, member).resolve();
}

TypeId propertyType(ExprChecker& checker, Method method, TypeId receiver) {
  TypeTable& types = checker.types;
  const Type type = types[receiver];
  switch (method) {
  case Method::ListFirst:
    return types.optional(type.element);
  case Method::MapKeys:
    return types.list(type.key);
  case Method::MapValues:
    return types.list(type.element);
  case Method::PairFirst:
    return type.key;
  case Method::PairSecond:
    return type.element;
  default:
    return types.simple(entryOf(method).result);
  }
}

} // namespace pipec::sema
