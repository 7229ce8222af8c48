// Settings against the table.
#include "compiler/sema/check_settings.h"

#include "compiler/sema/expr_rules.h"
#include "compiler/sema/names.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

void reportUnknown(ModuleState& state, const ast::Setting& setting, SettingOwner owner) {
  std::vector<StringRef> names = settingNames(owner);
  StringRef closest = diagnostics::closestName(setting.name.text, names);
  auto report = state.emit(Code::E0208, setting.name.range,
                           "unknown setting `" + setting.name.text + "` in " + describe(owner));
  if (!closest.empty())
    report.fix(setting.name.range, closest);
}

void reportForbidden(ModuleState& state, const ast::Setting& setting, const SettingEntry& entry,
                     SettingOwner owner) {
  if (entry.kind == SettingKind::Retries && owner == SettingOwner::Build) {
    state.emit(Code::E0309, setting.name.range, "retrying a build cannot change its result")
        .label("same inputs, same sandbox")
        .help("lost workers are retried anyway; if it needs the network, it is a `source`");
    return;
  }
  auto report = state.emit(Code::E0209, setting.name.range,
                           describe(owner) + " cannot have `" + entry.name + "`");
  bool secrets = entry.kind == SettingKind::Secrets || entry.kind == SettingKind::SecretFiles;
  bool hermetic = owner == SettingOwner::Build || owner == SettingOwner::HermeticTest;
  std::string allowed = "allowed in: " + ownersOf(entry);
  report.label(secrets && hermetic ? "it is hermetic and cached; " + allowed : allowed);
  if (secrets && hermetic)
    report.help("fetch what needs the token in a `source` and pass the result");
}

} // namespace

void checkSetting(ExprChecker& checker, const ast::Setting& setting, SettingOwner owner,
                  std::vector<SettingInfo>& settings) {
  ModuleState& state = checker.state;
  const SettingEntry* entry = findSetting(setting.name.text);
  if (!entry || !entry->allowedIn(owner)) {
    if (entry)
      reportForbidden(state, setting, *entry, owner);
    else
      reportUnknown(state, setting, owner);
    checker.checkLoosely(setting.value);
    return;
  }
  checker.check(setting.value, {.type = typeOfSetting(state.program, entry->kind),
                                .wanter = {.kind = Wanter::Kind::Setting, .name = entry->name}});
  auto first =
      llvm::find_if(settings, [&](const SettingInfo& info) { return info.kind == entry->kind; });
  if (first == settings.end())
    settings.push_back({entry->kind, setting.value});
  else
    state.emit(Code::E0306, setting.name.range, "`" + entry->name + "` is already set")
        .also(state.rangeOf(first->value), "here");
}

} // namespace pipec::sema
