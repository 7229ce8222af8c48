// Settings of actions and environments.
#pragma once

#include "compiler/sema/expr_checker.h"
#include "compiler/sema/settings_table.h"

namespace pipec::sema {

/// Checks one setting and adds it to `settings`; reports what may not stand there (E0208, E0209,
/// E0306, E0309).
void checkSetting(ExprChecker& checker, const ast::Setting& setting, SettingOwner owner,
                  std::vector<SettingInfo>& settings);

} // namespace pipec::sema
