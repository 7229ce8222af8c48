// The rules for each kind of expression, by file.
#pragma once

#include "compiler/sema/expr_checker.h"

namespace pipec::sema {

// check_name.cpp
Entity resolveName(ExprChecker& checker, ExprId expr, const ast::NameExpr& name);
// check_member.cpp
Entity resolveMember(ExprChecker& checker, ExprId expr, const ast::MemberExpr& member);
/// The type of a built-in member of a value that is not called.
TypeId propertyType(ExprChecker& checker, Method method, TypeId receiver);

// check_text.cpp: strings, holes, shell
TypeId checkString(ExprChecker& checker, ExprId expr, const ast::StringLiteral& literal,
                   const Expected& expected);
/// Reports what cannot be put into text (E0404, E0802); true if it can.
bool checkHole(ExprChecker& checker, ExprId hole, TypeId type);
// check_shell.cpp
TypeId checkShell(ExprChecker& checker, ExprId expr, const ast::StringLiteral& literal);

// check_collection.cpp
TypeId checkList(ExprChecker& checker, ExprId expr, const ast::ListLiteral& list,
                 const Expected& expected);
TypeId checkMap(ExprChecker& checker, ExprId expr, const ast::MapLiteral& map,
                const Expected& expected);
/// `type` if it can be that of a map's keys, else Error after a report.
TypeId checkKeyType(ExprChecker& checker, ExprId key, TypeId type);
// check_comprehension.cpp
TypeId checkComprehension(ExprChecker& checker, ExprId expr, const ast::Comprehension& loop,
                          const Expected& expected);
// check_branch.cpp
TypeId checkIf(ExprChecker& checker, const ast::IfExpr& branch, const Expected& expected);
// check_match.cpp
TypeId checkMatch(ExprChecker& checker, ExprId expr, const ast::MatchExpr& match,
                  const Expected& expected);
/// The type of branches, added one by one: what they have in common (E0403).
class BranchJoin {
public:
  BranchJoin(ExprChecker& checker, const Expected& expected)
      : checker_(checker), expected_(expected) {}
  void add(ExprId branch);
  TypeId result() const { return joined_.valid() ? joined_ : checker_.state.error(); }

private:
  ExprChecker& checker_;
  const Expected& expected_;
  TypeId joined_;
  ExprId first_;
};
// check_operator.cpp
TypeId checkUnary(ExprChecker& checker, const ast::UnaryExpr& unary);
TypeId checkBinary(ExprChecker& checker, const ast::BinaryExpr& binary, const Expected& expected);
TypeId checkIndex(ExprChecker& checker, const ast::IndexExpr& index);
// check_call.cpp
TypeId checkCall(ExprChecker& checker, ExprId expr, const ast::CallExpr& call);
/// The call on the right of `pipeline p() = …`.
void checkPipelineAlias(ExprChecker& checker, ExprId expr);
// check_builtin.cpp
/// `info` knows the function or method already, and gets the arguments.
TypeId checkPreludeCall(ExprChecker& checker, const ast::CallExpr& call, CallInfo& info);
TypeId checkMethodCall(ExprChecker& checker, const ast::CallExpr& call, TypeId receiver,
                       CallInfo& info);
// check_command.cpp
/// `run`, `resolve`, `rollback`, `probe`: a Command or an argument vector.
void checkCommand(ExprChecker& checker, ast::Clause clause, ExprId command);
/// Whether a value of this type may be an element of an argument vector.
bool isVectorElement(const TypeTable& types, TypeId type);

// mismatch.cpp
/// Reports that `expr` has type `got` where another is wanted, in the words that help most.
void reportMismatch(ExprChecker& checker, ExprId expr, TypeId got, const Expected& expected);
/// E0501, for whatever looks into a list of run-time length.
void reportEach(ExprChecker& checker, ExprId list, SourceRange use);
/// E0415.
void reportNone(ExprChecker& checker, ExprId expr, bool isOperand = false);

// check_evidence.cpp
/// What an environment requires of the subject that is deployed to it (E0601).
void checkRequirements(ExprChecker& checker, ExprId subject, TypeId type, SymbolId environment);
/// E0601, for a parameter that wants evidence which the argument lacks.
void reportMissingEvidence(ExprChecker& checker, ExprId expr, TypeId got, TypeId wanted,
                           const Wanter& wanter);
/// The type of `all(proofs)`.
TypeId checkAll(ExprChecker& checker, ExprId proofs);

} // namespace pipec::sema
