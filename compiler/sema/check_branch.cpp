// `if`, and what branches have in common.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

namespace {

bool isListLike(const TypeTable& types, TypeId type) {
  return types.is(type, TypeKind::List) || types.is(type, TypeKind::Vector);
}

} // namespace

void BranchJoin::add(ExprId branch) {
  ModuleState& state = checker_.state;
  TypeId type = checker_.check(branch, expected_);
  if (!joined_.valid()) {
    joined_ = type;
    first_ = branch;
    return;
  }
  TypeTable& types = checker_.types;
  if (std::optional<TypeId> common = join(types, joined_, type)) {
    joined_ = *common;
  } else if (expected_.vector && isListLike(types, joined_) && isListLike(types, type)) {
    joined_ = types.simple(TypeKind::Vector);
  } else if (expected_.type.valid()) {
    joined_ = expected_.type;
  } else {
    state.emit(Code::E0403, state.rangeOf(branch), "these branches have nothing in common")
        .label(state.show(type))
        .also(state.rangeOf(first_), state.show(joined_));
    joined_ = state.error();
  }
}

TypeId checkIf(ExprChecker& checker, const ast::IfExpr& branch, const Expected& expected) {
  checker.check(branch.condition, {.type = checker.state.simple(TypeKind::Bool),
                                   .wanter = {.kind = Wanter::Kind::Condition, .name = "if"}});
  BranchJoin branches(checker, expected);
  branches.add(branch.thenValue);
  if (branch.elseValue.valid()) // E0106
    branches.add(branch.elseValue);
  return branches.result();
}

} // namespace pipec::sema
