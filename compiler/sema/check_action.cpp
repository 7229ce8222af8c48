// Checking of the bodies of actions: items in their order, then what the body as a whole must do.
#include "compiler/sema/check_action.h"

#include "compiler/sema/check_settings.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

using ast::ActionKind;

namespace {

class ActionChecker {
public:
  ActionChecker(ModuleState& state, const ast::ActionDecl& decl, SymbolId symbol)
      : state_(state), decl_(decl), info_(state.program.actions[state.symbol(symbol).info]),
        checker_(state, {symbol, Place::ActionBody, &decl}) {}

  void check() {
    checker_.declareParams(decl_.params, info_.params);
    for (const ast::Param& param : decl_.params)
      if (Local* local = checker_.scope.find(param.name.text))
        local->used = false; // a default of another parameter is no use in the body
    for (const ast::ActionItem& item : decl_.items)
      if (const auto* let = std::get_if<ast::LetDecl>(&item))
        checker_.boundLater.try_emplace(let->name.text, let->name.range);
    for (const ast::ActionItem& item : decl_.items)
      std::visit([&](const auto& node) { checkItem(node); }, item);
    checkFailurePolicy();
    checkDigest();
    if (!state_.hasErrors())
      warnUnused();
    checker_.leave(0);
    info_.slotCount = checker_.scope.slotCount();
  }

private:
  void checkItem(const ast::LetDecl& let) { checker_.checkLet(let); }
  void checkItem(const ast::AssertStmt& statement) { checker_.checkAssert(statement); }
  void checkItem(const ast::OutItem& item) {
    checker_.check(item.value, {.type = state_.simple(TypeKind::String),
                                .wanter = {.kind = Wanter::Kind::Setting, .name = "out"}});
  }
  void checkItem(const ast::CommandItem& item) {
    checkCommand(checker_, item.clause, item.command);
  }
  void checkItem(const ast::Setting& setting) {
    checkSetting(checker_, setting, ownerOf(info_.kind, info_.live), info_.settings);
  }

  /// The member of OnFail that is written out, if it is.
  std::string failurePolicy(ExprId value) const {
    const auto* ref = std::get_if<EnumMemberRef>(&state_.tables.references[value]);
    if (!ref || ref->enumeration != state_.program.prelude.onFail)
      return "";
    return state_.program.enumOf(ref->enumeration).members[ref->member];
  }

  void checkFailurePolicy() {
    const SettingInfo* setting = info_.setting(SettingKind::OnFail);
    if (!setting)
      return;
    std::string policy = failurePolicy(setting->value);
    SourceRange range = state_.rangeOf(setting->value);
    if (policy == "warn" && info_.proves.valid())
      state_
          .emit(Code::E0605, range,
                "`on_fail = warn` and `proves " + state_.show(info_.proves) +
                    "` contradict each other: a failed test would prove")
          .also(decl_.result->range, "what it would prove");
    if (policy == "rollback" && !info_.live)
      state_.emit(Code::E0209, range, "a hermetic test cannot roll back")
          .label("it takes no Deployment, so there is nothing to undo");
  }

  void checkDigest() {
    const SettingInfo* digest = info_.setting(SettingKind::Digest);
    if (digest && info_.resolve.valid())
      state_
          .emit(Code::E0209, state_.rangeOf(digest->value),
                "a source with `resolve` cannot have `digest`")
          .label("allowed in: source without `resolve`")
          .also(state_.rangeOf(info_.resolve), "this asks for the identity on every run");
  }

  void warnUnused() {
    if (info_.kind == ActionKind::Approve)
      return;
    for (uint32_t i = 0; i < info_.params.size(); ++i) {
      const Local* local = checker_.scope.find(info_.params[i].name);
      if (!local || local->used || local->name.starts_with("_"))
        continue;
      if (info_.subject == i)
        warnSubject(*local);
      else if (!contains(state_.program, local->type, TypeKind::Deployment))
        state_.emit(Code::W0901, local->range,
                    "`" + local->name +
                        "` is not mentioned by any command, so it is not an "
                        "input of `" +
                        decl_.name.text + "`");
    }
  }

  void warnSubject(const Local& subject) {
    if (info_.live)
      return;
    std::string does = info_.kind == ActionKind::Deploy ? "deploys"
                       : info_.proves.valid() ? "proves " + state_.show(info_.proves) + " about"
                                              : "judges";
    state_.emit(Code::W0903, subject.range,
                "`" + decl_.name.text + "` " + does + " `" + subject.name +
                    "`, but no command mentions `" + subject.name + "`");
  }

  ModuleState& state_;
  const ast::ActionDecl& decl_;
  ActionInfo& info_;
  ExprChecker checker_;
};

} // namespace

void checkAction(ModuleState& state, const ast::ActionDecl& decl, SymbolId symbol) {
  ActionChecker(state, decl, symbol).check();
}

} // namespace pipec::sema
