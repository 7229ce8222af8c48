// ActionMaker: from the call of an action to its node and the call's value.
#pragma once

#include "compiler/lower/evaluator.h"

namespace pipec::lower {

class ActionMaker {
public:
  /// `call` is a CallExpr in the module of `caller`.
  ActionMaker(Session& session, Evaluator& evaluator, Frame& caller, ast::ExprId call)
      : session_(session), evaluator_(evaluator), caller_(caller), call_(call) {}

  Result call(const sema::CallInfo& info, std::vector<std::optional<Value>> arguments);

private:
  SourceRange range() const { return caller_.range(call_); }
  /// Of the argument for a parameter; the whole call if the default was taken.
  SourceRange argumentRange(const sema::CallInfo& info, size_t parameter) const;

  std::optional<plan::NodeId> make(const sema::CallInfo& info, Frame& frame, ActionBody& body,
                                   const base::Digest& digest, std::vector<plan::NodeId> waits);
  std::string quoteDeployment(const sema::CallInfo& info, const Frame& frame,
                              plan::NodeId deployment) const;
  /// E0606: a live test or approval with a subject is about what was deployed.
  bool checkDeployments(const sema::CallInfo& info, const Frame& frame,
                        const plan::ActionSpec& spec);
  /// E0610.
  bool checkDeploy(const plan::ActionSpec& spec);
  Value resultOf(const sema::CallInfo& info, const Frame& frame, plan::NodeId node) const;

  Session& session_;
  Evaluator& evaluator_;
  Frame& caller_;
  ast::ExprId call_;
};

/// The environment in the plan, its settings evaluated at the first call.
std::optional<plan::EnvironmentId> environmentOf(Session& session, Evaluator& evaluator,
                                                 sema::SymbolId symbol);

} // namespace pipec::lower
