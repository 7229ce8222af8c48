// Evaluator: expressions and calls → values, strictly, from left to right.
#pragma once

#include "compiler/lower/session.h"

namespace pipec::lower {

/// The action whose body is being evaluated.
struct ActionBody {
  sema::SymbolId action;
  uint32_t number = 0;               ///< tells the body names of two bodies apart
  std::optional<Artifact> subject;   ///< of a deploy: what `previous` is like
  plan::EnvironmentId environmentId; ///< of a deploy: what `to` is
};

/// The variables of one call.
struct Frame {
  Frame(const Session& session, ast::ModuleId of, uint32_t slotCount)
      : module(of), syntax(session.graph[of].syntax), checked(session.program.modules[of]),
        slots(slotCount) {}

  void bind(sema::SlotId slot, Value value) {
    if (slot.valid())
      slots[slot.index] = std::move(value);
  }
  SourceRange range(ast::ExprId id) const { return syntax.exprs[id].range; }

  ast::ModuleId module;
  const ast::Module& syntax;
  const sema::CheckedModule& checked;
  std::vector<Value> slots;
  const ActionBody* body = nullptr; ///< null outside actions
};

/// Every function gives nullopt (or false) after a failure, which has been reported.
class Evaluator {
public:
  explicit Evaluator(Session& session) : session_(session) {}

  Result evaluate(Frame& frame, ast::ExprId id);

  /// `let`: evaluates and binds.
  bool run(Frame& frame, const ast::LetDecl& let);
  bool run(Frame& frame, const ast::AssertStmt& assertion);

  /// Evaluates the defaults of parameters that have no value yet, in order; `arguments` are the
  /// frame's first slots.
  bool bindParameters(Frame& frame, llvm::ArrayRef<sema::ParamInfo> params,
                      std::vector<std::optional<Value>> arguments);

  /// The arguments as written, by parameter; nullopt for those left out.
  std::optional<std::vector<std::optional<Value>>>
  arguments(Frame& frame, const ast::CallExpr& call, const sema::CallInfo& info);

private:
  // evaluate_expr.cpp: one for each kind of expression
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::ErrorExpr& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::IntLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::DurationLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::SizeLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::BoolLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::NoneLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::NameExpr& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::ListLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::MapLiteral& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::IfExpr& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::MatchExpr& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::MemberExpr& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::IndexExpr& node);
  Result bodyName(Frame& frame, const sema::BodyNameRef& reference);
  bool matches(Frame& frame, const sema::PatternInfo& pattern, const Value& subject, bool& failed);

  // evaluate_string.cpp
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::StringLiteral& node);
  Result shellString(Frame& frame, ast::ExprId id, const ast::StringLiteral& node);
  bool checkSpliced(Frame& frame, ast::ExprId id, llvm::ArrayRef<ShellPart> parts);

  // evaluate_operator.cpp
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::UnaryExpr& node);
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::BinaryExpr& node);
  Result applyBinary(Frame& frame, ast::ExprId id, const ast::BinaryExpr& node, Value left);

  // evaluate_comprehension.cpp
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::Comprehension& node);

  // evaluate_call.cpp
  Result evaluateNode(Frame& frame, ast::ExprId id, const ast::CallExpr& node);
  Result callFn(sema::SymbolId symbol, std::vector<std::optional<Value>> arguments);
  Result construct(sema::SymbolId symbol, std::vector<std::optional<Value>> arguments);
  Result callMethod(Frame& frame, ast::ExprId id, const ast::CallExpr& node,
                    const sema::CallInfo& info);

  Session& session_;
};

} // namespace pipec::lower
