// Calls: what is called, which argument goes where, what comes back.
#include "compiler/sema/builtins_table.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/names.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

/// A call of something that declares parameters.
class DeclaredCall {
public:
  DeclaredCall(ExprChecker& checker, const ast::CallExpr& call, SymbolId callee,
               const std::vector<ParamInfo>& params, CallInfo& info)
      : checker_(checker), state_(checker.state), types_(checker.types), call_(call),
        callee_(callee), params_(params), info_(info) {
    const Symbol& symbol = state_.symbol(callee);
    isAction_ = symbol.kind == SymbolKind::Action;
    isDeploy_ = isAction_ && state_.program.actionOf(callee).kind == ast::ActionKind::Deploy;
  }

  /// Checks the arguments; false if the call is so wrong that its result means nothing.
  bool check() {
    info_.arguments.resize(params_.size());
    argumentTypes_.assign(params_.size(), TypeId());
    for (size_t i = 0; i < call_.arguments.size(); ++i)
      place(i);
    reportStrange();
    reportPositional();
    reportMissing();
    return ok_;
  }

  /// Invalid for a default.
  TypeId argumentType(size_t param) const { return argumentTypes_[param]; }

private:
  std::string shown() const { return state_.show(callee_); }

  std::optional<size_t> find(StringRef name) {
    if (params_.size() > MaxSearched && byName_.empty())
      for (size_t i = 0; i < params_.size(); ++i)
        byName_.try_emplace(params_[i].name, i);
    if (params_.size() > MaxSearched) {
      auto found = byName_.find(name);
      return found == byName_.end() ? std::nullopt : std::optional(found->second);
    }
    for (size_t i = 0; i < params_.size(); ++i)
      if (params_[i].name == name)
        return i;
    return std::nullopt;
  }

  void place(size_t index) {
    const ast::Argument& argument = call_.arguments[index];
    if (!argument.name)
      return placePositional(index);
    StringRef name = argument.name->text;
    if (isDeploy_ && name == "to")
      return placeEnvironment(argument);
    std::optional<size_t> param = find(name);
    if (!param)
      return placeUnknown(argument);
    if (info_.arguments[*param].value.valid()) {
      state_.emit(Code::E0407, argument.name->range, "`" + name + "` is given twice")
          .also(state_.rangeOf(info_.arguments[*param].value), "here first");
      checker_.checkLoosely(argument.value);
      ok_ = false;
      return;
    }
    checkArgument(*param, argument.value);
  }

  void placePositional(size_t index) {
    ExprId value = call_.arguments[index].value;
    if (params_.empty()) {
      state_.emit(Code::E0407, state_.rangeOf(value), "`" + shown() + "` takes no arguments");
      checker_.checkLoosely(value);
      ok_ = false;
      return;
    }
    if (index == 0)
      return checkArgument(0, value);
    positional_.push_back(index);
    std::optional<size_t> param = nextFree();
    if (param)
      checkArgument(*param, value);
    else
      checker_.checkLoosely(value);
    names_.push_back(param ? params_[*param].name : std::string());
  }

  /// The first parameter that no argument of the call names or has been given. What is not free
  /// once never is.
  std::optional<size_t> nextFree() {
    if (std::exchange(namedKnown_, true) == false)
      for (const ast::Argument& argument : call_.arguments)
        if (argument.name)
          named_.insert(argument.name->text);
    for (; free_ < params_.size(); ++free_)
      if (!named_.contains(params_[free_].name) && !info_.arguments[free_].value.valid())
        return free_;
    return std::nullopt;
  }

  void placeEnvironment(const ast::Argument& argument) {
    if (environmentGiven_)
      state_.emit(Code::E0407, argument.name->range, "`to` is given twice");
    environmentGiven_ = true;
    if (std::optional<SymbolId> found =
            findEnvironment(state_, argument.value, checker_.body.owner))
      info_.environment = *found;
  }

  void checkArgument(size_t param, ExprId value) {
    info_.arguments[param].value = value;
    Wanter::Kind kind = state_.symbol(callee_).kind == SymbolKind::Record ? Wanter::Kind::Field
                                                                          : Wanter::Kind::Parameter;
    TypeId wanted = state_.isBroken(callee_) ? state_.error() : params_[param].type;
    TypeId type = checker_.check(value, {.type = wanted,
                                         .wanter = {.kind = kind,
                                                    .owner = state_.symbol(callee_).name,
                                                    .name = params_[param].name},
                                         .eachForList = isAction_});
    argumentTypes_[param] = type;
    info_.arguments[param].waits =
        types_.is(type, TypeKind::Each) && types_.is(params_[param].type, TypeKind::List);
  }

  void placeUnknown(const ast::Argument& argument) {
    ok_ = false;
    checker_.checkLoosely(argument.value);
    StringRef name = argument.name->text;
    std::vector<StringRef> names = parameterNames();
    StringRef closest = diagnostics::closestName(name, names);
    if (closest.empty()) {
      strange_.push_back(&*argument.name);
      return;
    }
    state_
        .emit(Code::E0407, argument.name->range,
              "`" + shown() + "` has no parameter `" + name + "`" + didYouMean(name, names))
        .suggest(argument.name->range, closest);
  }

  std::vector<StringRef> parameterNames() const {
    std::vector<StringRef> names;
    for (const ParamInfo& param : params_)
      names.push_back(param.name);
    if (isDeploy_)
      names.push_back("to");
    return names;
  }

  /// Several names that are like none of the parameters are one mistake: something else is meant to
  /// be called.
  void reportStrange() {
    if (strange_.empty())
      return;
    constexpr size_t Shown = 3;
    const ast::Name& first = *strange_.front();
    auto report = state_.emit(Code::E0407, first.range,
                              "`" + shown() + "` has no parameter `" + first.text + "`");
    for (const ast::Name* other : llvm::ArrayRef(strange_).slice(1).take_front(Shown - 1))
      report.also(other->range, "nor `" + other->text + "`");
    if (strange_.size() > Shown)
      report.note("nor " + llvm::Twine(strange_.size() - Shown) + " more that are given");
    std::vector<StringRef> names = parameterNames();
    if (!names.empty())
      report.help("it has: " + llvm::join(names, ", "));
  }

  static constexpr size_t MaxMarked = 10; ///< more marks would show nothing new
  void reportPositional() {
    if (positional_.empty())
      return;
    bool allNamed = llvm::none_of(names_, [](const std::string& name) { return name.empty(); });
    SourceRange first = state_.rangeOf(call_.arguments[positional_.front()].value);
    auto report =
        state_.emit(Code::E0110, first,
                    "only the first argument of `" + shown() + "` may be given by position");
    diagnostics::Fix fix;
    for (size_t i = 0; i < positional_.size(); ++i) {
      SourceRange range = state_.rangeOf(call_.arguments[positional_[i]].value);
      if (i > 0 && i < MaxMarked)
        report.also(range, "");
      fix.edits.push_back({{range.file, range.begin, range.begin}, names_[i] + " = "});
      std::string value = shownText(state_, call_.arguments[positional_[i]].value);
      fix.description +=
          (i > 0 ? ", `" : "`") + names_[i] + " = " + (value.empty() ? "…" : value) + "`";
    }
    if (allNamed)
      report.fix(std::move(fix));
    else
      ok_ = false;
  }

  /// After an unknown name or an argument too many, what is missing is likely the same mistake.
  void reportMissing() {
    std::vector<std::string> missing;
    for (size_t i = 0; i < params_.size(); ++i)
      if (!params_[i].defaultValue.valid() && !info_.arguments[i].value.valid())
        missing.push_back(params_[i].name + ": " + state_.show(params_[i].type));
    SourceRange range = state_.rangeOf(call_.callee);
    if (ok_ && !missing.empty()) {
      state_.emit(Code::E0406, range, "`" + shown() + "` also needs " + quotedList(missing));
      ok_ = false;
    }
    if (isDeploy_ && !environmentGiven_ && ok_ && positional_.empty())
      reportNowhere(range);
  }

  void reportNowhere(SourceRange range) {
    ok_ = false;
    auto report = state_.emit(Code::E0608, range, "a deploy needs to know where");
    std::vector<std::string> choices;
    for (StringRef name : namesOfKinds(state_, {SymbolKind::Environment})) {
      SourceRange end{range.file, call_.argumentsRange.end - 1, call_.argumentsRange.end - 1};
      std::string argument = "to = " + name.str();
      choices.push_back(argument);
      report.suggest(end, (call_.arguments.empty() ? "" : ", ") + argument, "`" + argument + "`");
    }
    if (choices.empty())
      report.help("declare an environment, and say `to = …`");
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  const ast::CallExpr& call_;
  SymbolId callee_;
  const std::vector<ParamInfo>& params_;
  CallInfo& info_;
  std::vector<TypeId> argumentTypes_;     ///< by parameter
  std::vector<const ast::Name*> strange_; ///< of arguments, like no parameter's
  std::vector<size_t> positional_;        ///< arguments after the first that have no name
  std::vector<std::string> names_;        ///< what those are taken for; empty: nothing
  /// Parameters that are too many to search, by name.
  static constexpr size_t MaxSearched = 16;
  llvm::StringMap<size_t> byName_;
  llvm::StringSet<> named_; ///< by arguments; filled by nextFree()
  bool namedKnown_ = false;
  size_t free_ = 0; ///< nextFree() has seen all parameters before this one
  bool isAction_ = false;
  bool isDeploy_ = false;
  bool environmentGiven_ = false;
  bool ok_ = true;
};

void refuseAlias(ModuleState& state, ExprId expr) {
  state.emit(Code::E0305, state.rangeOf(expr), "a pipeline is made from a call of another pipeline")
      .help("for anything else write `pipeline … { … }`");
}

class CallChecker {
public:
  CallChecker(ExprChecker& checker, ExprId expr, const ast::CallExpr& call)
      : checker_(checker), state_(checker.state), types_(checker.types), expr_(expr), call_(call) {}

  TypeId check() {
    Entity callee = checker_.resolve(call_.callee);
    TypeId result = checkCallee(callee);
    state_.tables.details[expr_] = static_cast<uint32_t>(state_.tables.calls.size());
    state_.tables.calls.push_back(std::move(info_));
    return result;
  }

  void checkAlias() {
    Entity callee = checker_.resolve(call_.callee);
    bool isPipeline = callee.kind == Entity::Kind::Declaration &&
                      state_.symbol(callee.symbol).kind == SymbolKind::Pipeline;
    if (isPipeline) {
      state_.mention(checker_.body.owner, callee.symbol, state_.rangeOf(call_.callee));
      checkDeclared(CallInfo::Callee::Pipeline, callee.symbol,
                    state_.program.pipelineOf(callee.symbol).params);
    } else if (callee.kind != Entity::Kind::Error)
      refuseAlias(state_, expr_);
    state_.tables.details[expr_] = static_cast<uint32_t>(state_.tables.calls.size());
    state_.tables.calls.push_back(std::move(info_));
  }

private:
  TypeId checkCallee(const Entity& callee) {
    switch (callee.kind) {
    case Entity::Kind::Error:
      return giveUp();
    case Entity::Kind::Value:
      return state_.isError(callee.type) ? giveUp() : notCallable(state_.show(callee.type));
    case Entity::Kind::Module:
      return notCallable("module");
    case Entity::Kind::To:
      return notCallable("environment");
    case Entity::Kind::PreludeFn:
      info_.callee = CallInfo::Callee::Prelude;
      info_.prelude = callee.prelude;
      return checkPreludeCall(checker_, call_, info_);
    case Entity::Kind::Method:
      info_.callee = CallInfo::Callee::Method;
      info_.method = callee.method;
      return checkMethodCall(checker_, call_, callee.type, info_);
    case Entity::Kind::Declaration:
      return checkDeclaration(callee.symbol);
    }
    llvm_unreachable("every kind is covered");
  }

  /// The callee is wrong; mistakes inside the arguments are worth saying all the same.
  TypeId giveUp() {
    for (const ast::Argument& argument : call_.arguments)
      if (!argument.name || argument.name->text != "to")
        checker_.checkLoosely(argument.value);
    return state_.error();
  }

  TypeId notCallable(StringRef what) {
    const auto* member = state_.as<ast::MemberExpr>(call_.callee);
    const auto* name = state_.as<ast::NameExpr>(call_.callee);
    std::string shown = name     ? "`" + name->text + "`"
                        : member ? "`" + member->member.text + "`"
                                 : std::string("this");
    auto report = state_.emit(Code::E0414, state_.rangeOf(call_.callee),
                              shown + " is " + withArticle(what) + ", not something to call");
    if (member && call_.arguments.empty())
      report.fix(call_.argumentsRange, "", "drop the `()`");
    // `f(a)(b)`: what stands in the second parentheses belongs elsewhere.
    return state_.as<ast::CallExpr>(call_.callee) ? state_.error() : giveUp();
  }

  TypeId checkDeclaration(SymbolId symbol) {
    TypedProgram& program = state_.program;
    switch (state_.symbol(symbol).kind) {
    case SymbolKind::Fn:
      checkDeclared(CallInfo::Callee::Fn, symbol, program.fnOf(symbol).params);
      checker_.noteCall(symbol, state_.rangeOf(call_.callee));
      return state_.isBroken(symbol) ? state_.error() : program.fnOf(symbol).result;
    case SymbolKind::Record:
      checkDeclared(CallInfo::Callee::Record, symbol, program.recordOf(symbol).fields);
      return types_.nominal(TypeKind::Record, symbol);
    case SymbolKind::Action:
      return checkActionCall(symbol);
    case SymbolKind::Pipeline: {
      std::string name = state_.show(symbol);
      state_
          .emit(Code::E0305, state_.rangeOf(call_.callee),
                "`" + name + "` is a pipeline and cannot be called here")
          .help("share work through a `fn`; reuse a whole pipeline with `pipeline mine() = " +
                name + "(…)`");
      return giveUp();
    }
    default:
      return notCallable(describe(program, symbol));
    }
  }

  /// Gives the types of the arguments; empty if the call is wrong.
  std::optional<std::vector<TypeId>> checkDeclared(CallInfo::Callee callee, SymbolId symbol,
                                                   const std::vector<ParamInfo>& params) {
    info_.callee = callee;
    info_.symbol = symbol;
    DeclaredCall declared(checker_, call_, symbol, params, info_);
    if (!declared.check())
      return std::nullopt;
    std::vector<TypeId> arguments;
    for (size_t i = 0; i < params.size(); ++i)
      arguments.push_back(declared.argumentType(i));
    return arguments;
  }

  TypeId checkActionCall(SymbolId symbol) {
    const ActionInfo& action = state_.program.actionOf(symbol);
    std::optional<std::vector<TypeId>> arguments =
        checkDeclared(CallInfo::Callee::Action, symbol, action.params);
    checker_.noteCall(symbol, state_.rangeOf(call_.callee));
    std::optional<TypeId> subject;
    if (action.subject && arguments && (*arguments)[*action.subject].valid())
      subject = (*arguments)[*action.subject];
    if (subject)
      info_.subjectEvidence = std::vector<SymbolId>(types_.evidenceOf(*subject));
    if (state_.isBroken(symbol))
      return state_.error();
    switch (action.kind) {
    case ast::ActionKind::Source:
    case ast::ActionKind::Build:
      if (action.namedOutputs)
        return types_.nominal(TypeKind::Outputs, symbol);
      return action.outputs.empty() ? state_.error() : action.outputs.front().type;
    case ast::ActionKind::Test:
    case ast::ActionKind::Approve:
      return checkJudgement(symbol, action, subject);
    case ast::ActionKind::Deploy:
      return checkDeploy(action, subject);
    }
    llvm_unreachable("every kind is covered");
  }

  /// `proves` names something that could not be found, which has been reported.
  bool brokenProof(SymbolId action) const {
    const auto& decl = std::get<ast::ActionDecl>(state_.program.declOf(action).node);
    return decl.result && decl.result->proves;
  }

  TypeId checkJudgement(SymbolId symbol, const ActionInfo& action, std::optional<TypeId> subject) {
    if (!action.proves.valid())
      return action.kind == ast::ActionKind::Test && !brokenProof(symbol)
                 ? state_.simple(TypeKind::TestReport)
                 : state_.error();
    if (!subject || !isSubjectType(types_, *subject))
      return state_.error();
    return types_.with(*subject, action.proves);
  }

  TypeId checkDeploy(const ActionInfo& action, std::optional<TypeId> subject) {
    if (!info_.environment.valid())
      return state_.error();
    if (subject && isSubjectType(types_, *subject))
      checkRequirements(checker_, info_.arguments[*action.subject].value, *subject,
                        info_.environment);
    return types_.deployment(info_.environment);
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  ExprId expr_;
  const ast::CallExpr& call_;
  CallInfo info_;
};

} // namespace

TypeId checkCall(ExprChecker& checker, ExprId expr, const ast::CallExpr& call) {
  return CallChecker(checker, expr, call).check();
}

void checkPipelineAlias(ExprChecker& checker, ExprId expr) {
  if (const auto* call = checker.state.as<ast::CallExpr>(expr)) {
    CallChecker(checker, expr, *call).checkAlias();
    return;
  }
  if (!checker.state.as<ast::ErrorExpr>(expr))
    refuseAlias(checker.state, expr);
}

} // namespace pipec::sema
