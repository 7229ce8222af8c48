// ActionMaker: from the call of an action to its node and the call's value.
#pragma once

#include "compiler/lower/evaluator.h"

namespace pipec::lower {

/// A call of an action, as it is written.
struct CallSite {
  const ast::Module* syntax = nullptr;
  const sema::CallInfo* info = nullptr;
  SourceRange range;
  bool hasPools = false; ///< it is in the body of an action that has pools

  CallSite(const Session& session, const Frame& caller, ast::ExprId call);
  /// Of the argument for a parameter; the whole call if the default was taken.
  SourceRange argument(size_t parameter) const;
};

/// One use makes one call.
class ActionMaker {
public:
  using Arguments = std::vector<std::optional<Value>>;

  ActionMaker(Session& session, Evaluator& evaluator, const CallSite& site)
      : session_(session), evaluator_(evaluator), site_(site), info_(*site.info),
        action_(session.program.actionOf(info_.symbol)),
        frame_(session, session.program.symbols[info_.symbol].module, action_.slotCount) {}

  Result call(Arguments arguments);

private:
  // action.cpp
  bool bind(Arguments arguments);
  std::vector<plan::NodeId> proofs();
  base::FastHash call() const;
  /// What is known of the action before its body is evaluated.
  std::optional<plan::ActionSpec> beginSpec();
  std::optional<plan::NodeId> make(const base::FastHash& call, std::vector<plan::NodeId> waits);
  std::optional<plan::NodeId> add(plan::ActionSpec spec, const base::FastHash& call,
                                  std::vector<plan::NodeId> waits, bool deferred);
  std::string quoteDeployment(plan::NodeId deployment) const;
  /// E0606: a live test or approval with a subject is about what was deployed.
  bool checkDeployments(const plan::ActionSpec& spec);
  /// E0610.
  bool checkDeploy(const plan::ActionSpec& spec);
  Value resultOf(plan::NodeId node) const;

  // action_deferred.cpp: parameters that are lists of run-time length
  bool bindKnown(const Arguments& arguments);
  std::vector<plan::NodeId> knownInputs() const;
  bool addProofsOfElements(const Arguments& arguments, std::vector<plan::NodeId>& waits);
  std::optional<plan::NodeId> defer(const base::FastHash& call, std::vector<plan::NodeId> waits,
                                    Arguments arguments);
  bool complete(plan::NodeId node, Arguments arguments);
  Result probe(const Arguments& arguments);

  Session& session_;
  Evaluator& evaluator_;
  CallSite site_;
  const sema::CallInfo& info_;
  const sema::ActionInfo& action_;
  Frame frame_; ///< of the body
  ActionBody body_;
  std::vector<bool> open_; ///< by slot: depends on a list that is not known
};

/// The environment in the plan, its settings evaluated at the first call.
std::optional<plan::EnvironmentId> environmentOf(Session& session, Evaluator& evaluator,
                                                 sema::SymbolId symbol);

} // namespace pipec::lower
