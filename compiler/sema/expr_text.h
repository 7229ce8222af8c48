// Expressions as text for messages, as far as they are short; and values to put where one is
// missing.
#pragma once

#include "compiler/sema/expr_checker.h"

namespace pipec::sema {

/// Names, members, simple literals and calls as the user wrote them, up to spaces; empty for all
/// else.
std::string shownText(const ModuleState& state, ExprId expr);
/// The same, or `other`.
std::string textOr(const ModuleState& state, ExprId expr, llvm::StringRef other);
/// `` `live` `` in back-quotes, or `other` without.
std::string quotedOr(const ModuleState& state, ExprId expr, llvm::StringRef other);

/// The artifact whose files an Each lists, as `shownText`; empty if that is not written in the
/// expression or in the `let` that binds it.
std::string textOfBuilt(const ExprChecker& checker, ExprId each);

/// Why an Arg cannot be inspected: the artifact that it mentions, if the text is at hand.
std::string labelOfArg(ExprChecker& checker, ExprId text);

/// A value of the type that stands for nothing in particular (`""`, `0`, `[]`); empty if there is
/// none.
std::string placeholderOf(const TypeTable& types, TypeId type);

} // namespace pipec::sema
