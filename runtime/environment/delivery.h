// Delivery: what one build does to its environments.
#pragma once

#include "runtime/environment/decision.h"
#include "runtime/environment/effect_runner.h"
#include "runtime/environment/lock.h"

#include <map>
#include <mutex>
#include <set>

namespace pipec::environment {

/// `module:name` and the plan's facts of the environment of a deploy.
struct Target {
  std::string identity;
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> secretsFrom;
};

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
  /// What a rollback is about.
  struct Undo {
    Target target;
    base::Digest release; ///< what is to go
    uint64_t generation = 0;
    std::string reason;
  };
  struct Undone {
    std::string text; ///< one clause: what came of it
    std::optional<exec::StepOutcome> outcome;
  };

  // deploy.cpp
  llvm::Expected<exec::NodeResult> deploy(plan::NodeId node, const Context& context);
  Deploy propose(plan::NodeId node, const Context& context) const;
  llvm::Expected<exec::NodeResult> wouldDeploy(const Deploy& deploy, const State& state) const;
  llvm::Expected<exec::NodeResult> deployLocked(Deploy& deploy);
  llvm::Expected<State> probe(const Deploy& deploy, State state);
  llvm::Expected<exec::NodeResult> leaveAlone(Deploy& deploy, const State& state,
                                              std::string reason);
  llvm::Expected<exec::NodeResult> act(Deploy& deploy, const std::string& reason);
  llvm::Expected<exec::NodeResult> attempt(Deploy& deploy, const Release& release,
                                           exec::StepOptions& step);
  Release releaseOf(const Deploy& deploy) const;
  llvm::Error inForce(const Deploy& deploy, exec::NodeResult& result);

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
  void notePass(const LiveTest& test);
  static std::string reasonToLook(const LiveTest& test);

  // rollback.cpp
  llvm::Expected<Undone> rollBack(const Undo& undo, const Context& context);
  llvm::Expected<Undone> runRollback(const Undo& undo, const Release& undone, const Release& stable,
                                     const Context& context);

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
  static Target targetOf(const plan::Plan& plan, plan::NodeId deploy);
  /// Takes the lock of an environment, or joins it if another effect of this build has it, until
  /// `stage` is finished. A failure says that someone else kept it.
  llvm::Expected<std::optional<exec::StepFailure>> lock(const Target& target, plan::NodeId node,
                                                        const Context& context);
  int lockDescriptor(const std::string& environment);
  /// What a step of these environments gets from the world. A failure is about a secret.
  llvm::Expected<std::optional<exec::StepFailure>>
  prepare(exec::StepOptions& step, const plan::ActionSpec& spec, const plan::Location& location,
          llvm::ArrayRef<Target> targets, const Context& context);
  void setFence(exec::StepOptions& step, const Context& context, uint64_t generation) const;
  llvm::Error keepFields(const base::Digest& key, const std::vector<base::Field>& fields);

  struct LockSlot {
    std::mutex taking; ///< one thread waits for the other processes, the others for it
    std::unique_ptr<EnvironmentLock> lock; ///< while some stage needs it; guarded by `mutex_`
    std::set<plan::StageId> stages;        ///< that need it; guarded by `mutex_`
  };

  Ledger& ledger_;
  EffectRunnerOptions options_;
  std::mutex mutex_; ///< guards what is below; a slot, once made, stays where it is
  std::map<std::string, LockSlot> slots_;
  std::map<plan::NodeId, Deployment> deployments_; ///< of this build, by deploy node
};

/// A node result that ends in a failure, with its message as the reason.
exec::NodeResult failedWith(exec::StepFailure failure);
/// What a step cost, and its logs.
void takeOutcome(exec::NodeResult& result, const exec::StepOutcome& outcome);
/// Both logs of `outcome` behind those of `result`.
llvm::Error appendLogs(exec::NodeResult& result, const exec::StepOutcome& outcome,
                       llvm::StringRef title, cas::ContentStore& store);

} // namespace pipec::environment
