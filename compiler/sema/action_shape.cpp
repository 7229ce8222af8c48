// The rules of the kinds of action.
#include "compiler/sema/action_shape.h"

#include "compiler/sema/names.h"
#include "compiler/sema/resolve_type.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

using ast::ActionKind;
using llvm::StringRef;

namespace {

class ShapeResolver {
public:
  ShapeResolver(ModuleState& state, const ast::ActionDecl& decl, SymbolId symbol, ActionInfo& info)
      : state_(state), decl_(decl), symbol_(symbol), info_(info),
        kind_(withArticle(describe(decl.kind))) {}

  void resolve() {
    checkContents();
    resolveModes();
    resolveResult();
    resolveClauses();
    checkSubject();
    checkPools();
  }

private:
  bool makes() const { return info_.kind == ActionKind::Source || info_.kind == ActionKind::Build; }
  bool judges() const {
    return info_.kind == ActionKind::Test || info_.kind == ActionKind::Approve;
  }
  SourceRange typeRange(size_t param) const {
    return state_.syntax.types[decl_.params[param].type].range;
  }

  /// What parameters have in them makes a test live, and is refused by hermetic kinds.
  void checkContents() {
    auto has = [&](TypeKind kind) {
      return
          [&, kind](const ParamInfo& param) { return contains(state_.program, param.type, kind); };
    };
    info_.live =
        info_.kind == ActionKind::Test && llvm::any_of(info_.params, has(TypeKind::Deployment));
    for (size_t i = 0; i < info_.params.size(); ++i) {
      if (!decl_.params[i].type.valid())
        continue;
      if (makes() && has(TypeKind::Deployment)(info_.params[i]))
        reportDeployment(i);
      bool hermetic =
          info_.kind == ActionKind::Build || (info_.kind == ActionKind::Test && !info_.live);
      if ((hermetic || info_.kind == ActionKind::Approve) && has(TypeKind::Secret)(info_.params[i]))
        reportSecret(i);
    }
  }

  void reportDeployment(size_t param) {
    auto report =
        state_.emit(Code::E0301, typeRange(param), kind_ + " cannot depend on a Deployment");
    report.label("what runs in an environment can change without the input changing");
    report.help("make it a `test` (then it is a live check), or " +
                std::string(info_.kind == ActionKind::Build ? "build" : "fetch") +
                " it from the artifact that was deployed");
  }

  void reportSecret(size_t param) {
    if (info_.kind == ActionKind::Approve) {
      state_.emit(Code::E0801, typeRange(param), kind_ + " cannot take a Secret")
          .label("a decision runs no command that could use it");
      return;
    }
    state_
        .emit(Code::E0801, typeRange(param),
              (info_.kind == ActionKind::Build ? kind_ : "a hermetic test") +
                  " cannot take a Secret")
        .label("its result is cached and shared")
        .help("use the token in a `source` that fetches what the " + describe(info_.kind).str() +
              " needs");
  }

  void resolveModes() {
    for (uint32_t i = 0; i < decl_.params.size(); ++i) {
      const ast::Param& param = decl_.params[i];
      if (param.mode == ast::ParamMode::Subject)
        resolveSubject(i, param);
      if (param.mode != ast::ParamMode::Pool)
        continue;
      if (info_.kind == ActionKind::Build)
        info_.pools.push_back(i);
      else
        state_.emit(Code::E0306, param.range, kind_ + " has no `pool`; that belongs in a `build`");
    }
  }

  void resolveSubject(uint32_t index, const ast::Param& param) {
    if (makes()) {
      state_.emit(Code::E0306, param.range,
                  kind_ + " has no `subject`; that belongs in a `test`, `approve` or `deploy`");
      return;
    }
    if (info_.subject) {
      state_.emit(Code::E0306, param.range, "`" + decl_.name.text + "` already has a subject")
          .also(decl_.params[*info_.subject].range, "here");
      return;
    }
    info_.subject = index;
    if (param.defaultValue.valid())
      state_.emit(Code::E0306, state_.rangeOf(param.defaultValue), "a subject has no default")
          .label("what is judged or shipped is always said by the caller");
  }

  void resolveResult() {
    if (!decl_.result) {
      if (makes())
        state_.emit(Code::E0306, decl_.name.range,
                    kind_ + " says what it makes: `-> File`, `-> Dir` or `-> Image`");
      if (info_.kind == ActionKind::Approve)
        state_.emit(Code::E0306, decl_.name.range,
                    "an approve says what it proves: `proves Approved`");
      return;
    }
    const ast::ResultClause& result = *decl_.result;
    if (result.proves)
      return resolveProof(result);
    if (!makes()) {
      state_.emit(Code::E0306, result.range,
                  kind_ + " has no `->`" +
                      (info_.kind == ActionKind::Deploy ? "; it gives a Deployment"
                                                        : "; it gives what `proves` says"));
      return;
    }
    info_.namedOutputs = !result.type.valid();
    if (result.type.valid())
      addOutput("out", result.range, result.type);
    for (const ast::OutputField& field : result.fields)
      addOutput(field.name.text, field.name.range, field.type);
  }

  void resolveProof(const ast::ResultClause& result) {
    if (!judges()) {
      state_.emit(Code::E0306, result.range,
                  kind_ + " has no `proves`; that belongs in a `test` or `approve`");
      return;
    }
    std::optional<SymbolId> evidence =
        findDeclaration(state_, *result.proves, SymbolKind::Evidence, symbol_);
    if (!evidence) {
      info_.proves = {};
      return;
    }
    const Symbol& declared = state_.symbol(*evidence);
    info_.proves = *evidence;
    if (declared.module.valid() && declared.module != state_.id)
      state_
          .emit(Code::E0603, result.proves->range,
                "only " + state_.session.graph[declared.module].path + " can prove `" +
                    declared.name + "`")
          .also(declared.nameRange, "evidence is closed to the module that declares it");
  }

  void addOutput(const std::string& name, SourceRange range, ast::TypeExprId written) {
    auto same = llvm::find_if(info_.outputs, [&](const OutputInfo& o) { return o.name == name; });
    if (same != info_.outputs.end())
      state_.emit(Code::E0204, range,
                  "`" + name + "` is already an output of `" + decl_.name.text + "`");
    TypeId type = resolveType(state_, written, symbol_);
    SourceRange typeRange = written.valid() ? state_.syntax.types[written].range : range;
    if (state_.types.is(type, TypeKind::With)) {
      state_.emit(Code::E0603, typeRange, kind_ + " cannot prove anything about what it makes")
          .help("let a `test … proves` judge it");
      type = state_.types.withoutEvidence(type);
    } else if (!state_.isError(type) && !isSubjectType(state_.types, type)) {
      state_.emit(Code::E0401, typeRange,
                  "an output is a File, a Dir or an Image, not " + withArticle(state_.show(type)));
      type = state_.error();
    }
    info_.outputs.push_back({name, type, {}});
  }

  void resolveClauses() {
    for (const ast::ActionItem& item : decl_.items) {
      if (const auto* command = std::get_if<ast::CommandItem>(&item))
        resolveCommand(*command);
      else if (const auto* out = std::get_if<ast::OutItem>(&item))
        resolveOut(*out);
    }
    if (info_.run.empty() && info_.kind != ActionKind::Approve)
      state_.emit(Code::E0308, decl_.name.range,
                  describe(info_.kind) + " `" + decl_.name.text +
                      "` has no `run`, so it can never " +
                      (makes() ? "make its output" : "do anything"));
  }

  void resolveCommand(const ast::CommandItem& item) {
    if (info_.kind == ActionKind::Approve) {
      state_.emit(Code::E0307, item.keyword, "an approval runs no commands")
          .help("put the check into a `test … proves E` and take `with E` as the subject");
      return;
    }
    if (item.clause == ast::Clause::Run) {
      info_.run.push_back(item.command);
      return;
    }
    ActionKind home = item.clause == ast::Clause::Resolve ? ActionKind::Source : ActionKind::Deploy;
    StringRef word = spell(item.clause);
    if (info_.kind != home) {
      state_.emit(Code::E0306, item.keyword,
                  kind_ + " has no `" + word + "`; that belongs in a `" + describe(home) + "`");
      return;
    }
    ExprId& place = item.clause == ast::Clause::Resolve    ? info_.resolve
                    : item.clause == ast::Clause::Rollback ? info_.rollback
                                                           : info_.probe;
    if (place.valid())
      state_
          .emit(Code::E0306, item.keyword, "`" + decl_.name.text + "` already has a `" + word + "`")
          .also(state_.rangeOf(place), "here");
    else
      place = item.command;
  }

  void resolveOut(const ast::OutItem& item) {
    if (!makes()) {
      state_.emit(Code::E0306, item.keyword,
                  kind_ + " has no `out =`; that belongs in a `source` or `build`");
      return;
    }
    if (info_.outputs.empty())
      return; // the missing result has been reported
    std::string name = item.name ? item.name->text : "out";
    SourceRange range = item.name ? item.name->range : item.keyword;
    auto output = llvm::find_if(info_.outputs, [&](const OutputInfo& o) { return o.name == name; });
    if (output == info_.outputs.end()) {
      std::vector<StringRef> names;
      for (const OutputInfo& candidate : info_.outputs)
        names.push_back(candidate.name);
      state_
          .emit(Code::E0201, range,
                "`" + decl_.name.text + "` has no output `" + name + "`" + didYouMean(name, names))
          .help(info_.namedOutputs
                    ? "name one of its outputs: `out " + names.front().str() + " = …`"
                    : "its only output is `out`");
      return;
    }
    if (output->fileName.valid())
      state_.emit(Code::E0306, range, "`" + name + "` already has a file name")
          .also(state_.rangeOf(output->fileName), "here");
    else
      output->fileName = item.value;
  }

  void checkSubject() {
    if (info_.subject)
      return checkSubjectType();
    bool proves = judges() && decl_.result && decl_.result->proves;
    if (!proves && info_.kind != ActionKind::Deploy)
      return;
    std::string what = info_.kind == ActionKind::Test      ? "a test that proves something"
                       : info_.kind == ActionKind::Approve ? "an approve"
                                                           : "a deploy";
    auto report = state_.emit(Code::E0602, decl_.name.range, what + " needs a subject");
    for (size_t i = 0; i < info_.params.size(); ++i) {
      if (!isSubjectType(state_.types, info_.params[i].type))
        continue;
      SourceRange range = decl_.params[i].name.range;
      report.fix({range.file, range.begin, range.begin}, "subject ",
                 "subject " + info_.params[i].name + ": " + state_.show(info_.params[i].type));
      break;
    }
  }

  void checkSubjectType() {
    TypeId type = info_.params[*info_.subject].type;
    if (state_.isError(type) || isSubjectType(state_.types, type))
      return;
    auto report = state_.emit(Code::E0604, typeRange(*info_.subject),
                              "a subject is a File, a Dir or an Image, not " +
                                  withArticle(state_.show(type)));
    if (state_.types.is(type, TypeKind::List))
      report.help("bundle them: `tree([…])`");
    info_.params[*info_.subject].type = state_.error();
  }

  void checkPools() {
    bool hasDepfile = llvm::any_of(decl_.items, [](const ast::ActionItem& item) {
      const auto* setting = std::get_if<ast::Setting>(&item);
      return setting && setting->name.text == "depfile";
    });
    for (uint32_t pool : info_.pools) {
      TypeId type = info_.params[pool].type;
      const Type& t = state_.types[type];
      TypeId one = t.kind == TypeKind::List ? t.element : type;
      TypeKind kind = state_.types.kind(state_.types.withoutEvidence(one));
      if (kind != TypeKind::File && kind != TypeKind::Dir && kind != TypeKind::Error)
        state_.emit(Code::E0401, typeRange(pool),
                    "a pool is a File, a Dir or a list of those, not " +
                        withArticle(state_.show(type)));
      else if (!hasDepfile)
        state_
            .emit(Code::E0413, decl_.params[pool].range,
                  "`pool " + info_.params[pool].name + "` needs a depfile")
            .label("without one, pipec cannot know what was read")
            .help("`depfile = \"x.d\"` and let the compiler write it (`-MMD -MF x.d`), or drop "
                  "`pool`");
    }
  }

  ModuleState& state_;
  const ast::ActionDecl& decl_;
  SymbolId symbol_;
  ActionInfo& info_;
  std::string kind_;
};

} // namespace

void resolveActionShape(ModuleState& state, const ast::ActionDecl& decl, SymbolId symbol,
                        ActionInfo& info) {
  ShapeResolver(state, decl, symbol, info).resolve();
}

} // namespace pipec::sema
