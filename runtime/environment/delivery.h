// Delivery: what one build does to its environments.
#pragma once

#include "runtime/environment/commits.h"
#include "runtime/environment/decision.h"
#include "runtime/environment/effect_runner.h"
#include "runtime/environment/lock.h"
#include "runtime/environment/operator.h"

#include <map>
#include <mutex>
#include <set>

namespace pipec::environment {

/// The life of an effect, in the steps of docs/delivery.md. The ledger's transitions are the only
/// way in which anything is remembered.
class Delivery final : public exec::EffectRunner {
public:
  Delivery(Ledger& ledger, EffectRunnerOptions options);

  llvm::Expected<exec::NodeResult> run(plan::NodeId node,
                                       const exec::EffectContext& context) override;
  llvm::Error stageFinished(plan::StageId stage) override;

private:
  using Context = exec::EffectContext;

  /// A deploy of this build that is in force, and what its live tests have said so far.
  struct Deployment {
    Target target;
    base::Digest release;
    uint64_t generation = 0;
    plan::StageId stage;
    bool isTested = false;               ///< by tests of its own stage that count
    bool isTestedLater = false;          ///< by tests of later stages that count
    std::set<plan::NodeId> pending;      ///< of the former: those that have not passed
    std::set<plan::NodeId> pendingLater; ///< of the latter
    bool failed = false;
    bool settled = false;
  };
  /// One deploy on its way.
  struct Deploy {
    plan::NodeId node;
    const Context& context;
    Target target;
    Proposal proposal;
    Ledger::Attempt attempt;
    std::string url; ///< the environment's own
  };

  // deploy.cpp
  llvm::Expected<exec::NodeResult> deploy(plan::NodeId node, const Context& context);
  Deploy propose(plan::NodeId node, const Context& context) const;
  llvm::Expected<exec::NodeResult> wouldDeploy(const Deploy& deploy, const State& state) const;
  llvm::Expected<std::optional<exec::NodeResult>> stop(const Deploy& deploy, const State& state);
  llvm::Expected<exec::NodeResult> deployLocked(Deploy& deploy);
  llvm::Expected<State> probe(const Deploy& deploy, State state);
  llvm::Expected<exec::NodeResult> leaveAlone(Deploy& deploy, const State& state,
                                              std::string reason);
  llvm::Expected<exec::NodeResult> act(Deploy& deploy, const std::string& reason);
  llvm::Expected<exec::NodeResult> attempt(Deploy& deploy, const Release& release,
                                           exec::StepOptions& step);
  Release releaseOf(const Deploy& deploy) const;
  llvm::Error inForce(const Deploy& deploy, exec::NodeResult& result);

  // order.cpp
  Origin originOf(plan::NodeId node, const Context& context) const;
  std::optional<std::string> whyOlderThan(const Origin& origin, const Origin& other) const;
  std::optional<std::string> whyTooLate(const Deploy& deploy, const State& state) const;
  llvm::Expected<exec::NodeResult> supersede(const Deploy& deploy, std::string reason);
  class Turn;
  /// Why a lock was not taken; neither: it was.
  struct Taken {
    std::optional<exec::StepFailure> failure; ///< someone else kept it
    std::string superseded;                   ///< someone newer waits for it
    explicit operator bool() const { return !failure && superseded.empty(); }
  };
  /// Takes the lock of an environment, or joins it if another effect of this build has it, until
  /// the stage of `node` is finished. `origin`: of what is to be put there; null for those that
  /// only look.
  llvm::Expected<Taken> lock(const Target& target, plan::NodeId node, const Context& context,
                             const Origin* origin);

  // live_test.cpp
  struct LiveTest {
    plan::NodeId node;
    const Context& context;
    std::vector<plan::NodeId> deploys;
    std::vector<Target> targets; ///< of each deploy
    plan::KeyContext keyContext;
    base::Digest key;
  };
  llvm::Expected<exec::NodeResult> liveTest(plan::NodeId node, const Context& context);
  llvm::Expected<std::optional<exec::NodeResult>> served(const LiveTest& test);
  LiveTest describe(plan::NodeId node, const Context& context) const;
  llvm::Expected<std::optional<exec::NodeResult>> takeLocks(const LiveTest& test);
  llvm::Expected<std::optional<std::string>> movedOn(const LiveTest& test);
  llvm::Expected<exec::NodeResult> look(const LiveTest& test);
  llvm::Expected<exec::NodeResult> passed(const LiveTest& test, exec::NodeResult result,
                                          bool flaky);
  llvm::Expected<exec::NodeResult> failed(const LiveTest& test, exec::NodeResult result);
  llvm::Expected<Operator::Undone> rollBack(const Target& target, const base::Digest& failed,
                                            const std::string& reason, const Context& context);
  void notePass(const LiveTest& test);
  static std::string reasonToLook(const LiveTest& test);

  // approval.cpp
  struct Gate {
    plan::NodeId node;
    const Context& context;
    std::string label;
    ApprovalRequest request;
    std::string hold; ///< why it is held, and what to type
  };
  llvm::Expected<exec::NodeResult> approve(plan::NodeId node, const Context& context);
  llvm::Expected<Gate> describeGate(plan::NodeId node, const Context& context) const;
  llvm::Expected<std::optional<exec::NodeResult>> answer(const Gate& gate);
  llvm::Expected<std::optional<exec::NodeResult>> pastAnswering(const Gate& gate);
  llvm::Expected<exec::NodeResult> awaitAnswer(const Gate& gate);

  // effect_runner.cpp
  Operator operatorFor(const Context& context) const;
  static Target targetOf(const plan::Plan& plan, plan::NodeId deploy);
  int lockDescriptor(const std::string& environment);
  llvm::Error keepFields(const base::Digest& key, const std::vector<base::Field>& fields);

  struct LockSlot {
    std::mutex taking; ///< one thread waits for the other processes, the others for it
    std::unique_ptr<EnvironmentLock> lock; ///< while some stage needs it; guarded by `mutex_`
    std::set<plan::StageId> stages;        ///< that need it; guarded by `mutex_`
  };

  Ledger& ledger_;
  EffectRunnerOptions options_;
  Commits commits_;
  Origin workTree_;  ///< of the workspace, when the build began; `modified` is not known yet
  std::mutex mutex_; ///< guards what is below; a slot, once made, stays where it is
  std::map<std::string, LockSlot> slots_;
  std::map<plan::NodeId, Deployment> deployments_; ///< of this build, by deploy node
};

/// A node result that ends in a failure, with its message as the reason.
exec::NodeResult failedWith(exec::StepFailure failure);

} // namespace pipec::environment
