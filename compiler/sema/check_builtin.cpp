// Calls of prelude functions and of built-in members.
#include "compiler/sema/builtins_table.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/names.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

class BuiltinCall {
public:
  BuiltinCall(ExprChecker& checker, const ast::CallExpr& call, StringRef name,
              llvm::ArrayRef<BuiltinParam> params, CallInfo& info)
      : checker_(checker), state_(checker.state), types_(checker.types), call_(call), name_(name),
        params_(params), info_(info) {}

  /// Gives every parameter its argument, by position or name.
  void match() {
    info_.arguments.resize(params_.size());
    for (size_t i = 0; i < call_.arguments.size(); ++i) {
      const ast::Argument& argument = call_.arguments[i];
      std::optional<size_t> param = argument.name ? find(argument.name->text) : i;
      if (!param || *param >= params_.size() || info_.arguments[*param].value.valid())
        refuse(argument);
      else
        info_.arguments[*param].value = argument.value;
    }
    for (size_t i = 0; i < params_.size(); ++i)
      if (!params_[i].optional && !info_.arguments[i].value.valid() && ok_) {
        state_.emit(Code::E0406, state_.rangeOf(call_.callee),
                    "`" + name_ + "` also needs `" + params_[i].name + "`");
        ok_ = false;
      }
  }

  bool ok() const { return ok_; }
  ExprId argument(size_t param) const { return info_.arguments[param].value; }

  /// Checks the argument against the parameter; its type.
  TypeId check(size_t param, TypeId receiver = {}) {
    ExprId value = argument(param);
    if (!value.valid())
      return {};
    Wanter wanter{.kind = Wanter::Kind::Parameter, .name = name_};
    switch (params_[param].type) {
    case BuiltinParamType::String:
      return refuseBuilt(value) ? state_.error()
                                : checker_.check(value, {.type = state_.simple(TypeKind::String),
                                                         .wanter = wanter});
    case BuiltinParamType::Patterns:
      return checkPatterns(value, wanter);
    case BuiltinParamType::ArtifactMap:
      return checker_.check(value, {.type = types_.map(state_.simple(TypeKind::String),
                                                       state_.simple(TypeKind::Artifact)),
                                    .wanter = wanter});
    case BuiltinParamType::ReceiverKey:
      return checker_.check(value, {.type = types_[receiver].key, .wanter = wanter});
    case BuiltinParamType::AnyList: {
      TypeId type = checker_.inferKnown(value);
      if (types_.is(type, TypeKind::List) || state_.isError(type))
        return type;
      if (types_.is(type, TypeKind::Each))
        reportEach(checker_, value, state_.rangeOf(value));
      else
        state_.emit(Code::E0401, state_.rangeOf(value),
                    "`" + name_ + "` wants a list, this is " + withArticle(state_.show(type)));
      return state_.error();
    }
    case BuiltinParamType::Proofs:
      return checkAll(checker_, value);
    case BuiltinParamType::Any:
      return checker_.inferKnown(value);
    }
    return state_.error();
  }

private:
  std::optional<size_t> find(StringRef name) const {
    for (size_t i = 0; i < params_.size(); ++i)
      if (params_[i].name == name)
        return i;
    return std::nullopt;
  }

  void refuse(const ast::Argument& argument) {
    checker_.checkLoosely(argument.value);
    SourceRange range = argument.name ? argument.name->range : state_.rangeOf(argument.value);
    std::vector<StringRef> names;
    for (const BuiltinParam& param : params_)
      names.push_back(param.name);
    if (argument.name && !find(argument.name->text))
      state_.emit(Code::E0407, range,
                  "`" + name_ + "` has no parameter `" + argument.name->text + "`" +
                      didYouMean(argument.name->text, names));
    else if (argument.name)
      state_.emit(Code::E0407, range, "`" + argument.name->text + "` is given twice");
    else if (ok_)
      state_.emit(Code::E0407, range,
                  "`" + name_ + "` takes " +
                      (names.empty() ? std::string("nothing")
                                     : std::to_string(names.size()) +
                                           (names.size() == 1 ? " argument" : " arguments")));
    ok_ = false;
  }

  /// `glob`, `file` and `dir` look at the repository, not at what is built.
  bool looksAtRepository() const {
    return info_.callee == CallInfo::Callee::Prelude &&
           (info_.prelude == PreludeFn::Glob || info_.prelude == PreludeFn::File ||
            info_.prelude == PreludeFn::Dir);
  }

  /// E0504 for `glob(gen)` and `glob("${gen}/*.cc")`.
  bool refuseBuilt(ExprId value) {
    if (!looksAtRepository())
      return false;
    const auto* literal = state_.as<ast::StringLiteral>(value);
    bool startsWithHole = literal && !literal->isShell() && !literal->parts.empty() &&
                          literal->parts.front().hole.valid();
    ExprId artifact = startsWithHole ? literal->parts.front().hole : value;
    if (!state_.as<ast::NameExpr>(artifact))
      return false;
    TypeId type = checker_.infer(artifact);
    if (isArtifact(types_, type))
      reportBuilt(value, artifact, literal);
    return isArtifact(types_, type) || state_.isError(type);
  }

  void reportBuilt(ExprId value, ExprId artifact, const ast::StringLiteral* pattern) {
    const auto* name = state_.as<ast::NameExpr>(artifact);
    std::string shown = name ? "`" + name->text + "`" : "this artifact";
    auto report = state_.emit(Code::E0504, state_.rangeOf(value),
                              "`" + name_ + "` looks at the repository; " + shown + " is built");
    StringRef method = info_.prelude == PreludeFn::Glob  ? "files"
                       : info_.prelude == PreludeFn::Dir ? "sub"
                                                         : "file";
    bool simple = name && pattern && pattern->parts.size() == 2 &&
                  StringRef(pattern->parts[1].text).starts_with("/");
    if (simple && call_.arguments.size() == 1)
      report.fix(diagnostics::join(state_.rangeOf(call_.callee), call_.argumentsRange),
                 name->text + "." + method + "(\"" + pattern->parts[1].text.substr(1) + "\")");
    else
      report.help("ask the artifact itself: `." + method + "(\"…\")`");
  }

  /// A String or a List<String>.
  TypeId checkPatterns(ExprId value, Wanter wanter) {
    if (refuseBuilt(value))
      return state_.error();
    TypeId string = state_.simple(TypeKind::String), list = types_.list(string);
    if (state_.as<ast::ListLiteral>(value) || state_.as<ast::Comprehension>(value))
      return checker_.check(value, {.type = list, .wanter = wanter});
    if (state_.as<ast::StringLiteral>(value))
      return checker_.check(value, {.type = string, .wanter = wanter});
    TypeId type = checker_.inferKnown(value);
    if (isSubtype(types_, type, string) || isSubtype(types_, type, list))
      return type;
    reportMismatch(checker_, value, type,
                   {.type = types_.is(type, TypeKind::List) ? list : string, .wanter = wanter});
    return state_.error();
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  const ast::CallExpr& call_;
  StringRef name_;
  llvm::ArrayRef<BuiltinParam> params_;
  CallInfo& info_;
  bool ok_ = true;
};

TypeId wrongElements(ExprChecker& checker, const ast::CallExpr& call, StringRef method,
                     TypeId receiver, StringRef wanted) {
  checker.state
      .emit(Code::E0411, checker.state.rangeOf(call.callee),
            "`" + method + "` is not defined for " + checker.state.show(receiver))
      .label(wanted);
  return checker.state.error();
}

/// The text of a joined list is text with artifacts if its elements are.
TypeId checkJoin(ExprChecker& checker, const ast::CallExpr& call, TypeId receiver) {
  TypeTable& types = checker.types;
  TypeId element = types[receiver].element;
  if (isScalar(types, element))
    return checker.state.simple(TypeKind::String);
  if (types.is(element, TypeKind::Arg) || isArtifact(types, element))
    return checker.state.simple(TypeKind::Arg);
  return wrongElements(checker, call, "join", receiver, "its elements cannot be put into text");
}

TypeId checkListMethod(ExprChecker& checker, const ast::CallExpr& call, Method method,
                       TypeId receiver, TypeId argument) {
  TypeTable& types = checker.types;
  TypeId element = types[receiver].element;
  switch (method) {
  case Method::ListJoin:
    return checkJoin(checker, call, receiver);
  case Method::ListSort:
    return isOrdered(types, element)
               ? receiver
               : wrongElements(checker, call, "sort", receiver, "its elements have no order");
  case Method::ListUnique:
    return isComparable(checker.state.program, element)
               ? receiver
               : wrongElements(checker, call, "unique", receiver,
                               "its elements cannot be compared");
  case Method::ListFlatten:
    return types.is(element, TypeKind::List)
               ? element
               : wrongElements(checker, call, "flatten", receiver, "its elements are no lists");
  case Method::ListReverse:
    return receiver;
  case Method::ListZip:
    return types.list(types.pair(element, types[argument].element));
  default: // sum, max, min
    return types.is(element, TypeKind::Int) ? element
                                            : wrongElements(checker, call, entryOf(method).name,
                                                            receiver, "its elements are no Ints");
  }
}

} // namespace

TypeId checkPreludeCall(ExprChecker& checker, const ast::CallExpr& call, CallInfo& info) {
  const PreludeFnEntry& entry = entryOf(info.prelude);
  BuiltinCall builtin(checker, call, entry.name, entry.params, info);
  builtin.match();
  TypeId first;
  for (size_t i = 0; i < entry.params.size(); ++i) {
    TypeId type = builtin.check(i);
    if (i == 0)
      first = type;
  }
  if (!builtin.ok() || !first.valid() || checker.state.isError(first))
    return checker.state.error();
  switch (info.prelude) {
  case PreludeFn::Glob:
    return checker.types.list(checker.state.simple(TypeKind::File));
  case PreludeFn::All:
    return first;
  case PreludeFn::Some:
    return checker.types.optional(first);
  default:
    return checker.state.simple(entry.result);
  }
}

TypeId checkMethodCall(ExprChecker& checker, const ast::CallExpr& call, TypeId receiver,
                       CallInfo& info) {
  const MethodEntry& entry = entryOf(info.method);
  TypeTable& types = checker.types;
  BuiltinCall builtin(checker, call, entry.name, entry.params, info);
  builtin.match();
  TypeId first;
  for (size_t i = 0; i < entry.params.size(); ++i) {
    TypeId type = builtin.check(i, receiver);
    if (i == 0)
      first = type;
  }
  if (!builtin.ok() || (first.valid() && checker.state.isError(first)))
    return checker.state.error();
  switch (info.method) {
  case Method::DirFiles:
    return types.each(checker.state.simple(TypeKind::File));
  case Method::StringSplit:
    return types.list(checker.state.simple(TypeKind::String));
  case Method::MapGet:
    return types.optional(types[receiver].element);
  default:
    if (entry.receiver == TypeKind::List)
      return checkListMethod(checker, call, info.method, receiver, first);
    return checker.state.simple(entry.result);
  }
}

} // namespace pipec::sema
