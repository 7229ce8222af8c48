// One environment, what deploys and tests do to it, and a pipeline that deploys there.
#pragma once

#include "runtime/environment/effect_runner.h"

#include "compiler/plan/action_key.h"
#include "tests/unit/runtime/temporary_folder.h"

#include <functional>
#include <map>
#include <set>

namespace pipec::environment {

using exec::NodeResult;
using exec::NodeState;
using test::get;

/// The world behind the commands `deploy RELEASE`, `rollback RELEASE`, `probe` and `test URL`.
class Machine final : public sandbox::SpawnRunner {
public:
  std::string serves; ///< the release that the environment runs
  std::vector<std::string> ran;
  std::vector<sandbox::Spawn> spawns;
  std::set<std::string> failing; ///< commands that end with exit code 1
  int failures = INT_MAX;        ///< how many more of them do
  std::function<void(const std::string& command)> during;

  sandbox::Isolation isolation() const override { return sandbox::Isolation::Full; }
  std::string renderPath(const sandbox::Spawn&, llvm::StringRef path) const override {
    return path.str();
  }
  llvm::Expected<base::Digest> rootFingerprint() override { return base::Digest{}; }
  llvm::Expected<std::optional<base::Digest>> toolDigest(llvm::StringRef) override {
    return std::nullopt;
  }
  llvm::Expected<std::unique_ptr<sandbox::StepRoot>> open(const sandbox::Spawn&) override {
    struct Root final : sandbox::StepRoot {
      explicit Root(Machine& owner) : machine(owner) {}
      llvm::Expected<sandbox::SpawnResult> run(const sandbox::Spawn& spawn) override {
        return machine.execute(spawn);
      }
      llvm::Expected<bool> copyOut(llvm::StringRef, llvm::StringRef) override { return false; }
      llvm::Expected<std::vector<std::string>>
      resolve(const std::vector<std::string>& paths) override {
        return paths;
      }
      Machine& machine;
    };
    return std::make_unique<Root>(*this);
  }
  void cancel(std::chrono::milliseconds) override {}

private:
  llvm::Expected<sandbox::SpawnResult> execute(const sandbox::Spawn& spawn) {
    const std::string& command = spawn.arguments[0];
    spawns.push_back(spawn);
    ran.push_back(command);
    if (during)
      during(command);
    bool fails = failing.count(command) && failures-- > 0;
    if (!fails && (command == "deploy" || command == "rollback"))
      serves = spawn.arguments[1];
    test::writeFile(spawn.stdoutPath, command == "probe" ? serves + "\n" : command + " says\n");
    test::writeFile(spawn.stderrPath, "");
    sandbox::SpawnResult result;
    result.exitCode = fails ? 1 : 0;
    return result;
  }
};

struct Secrets final : exec::SecretStore {
  std::map<std::string, std::string> values;
  llvm::Expected<std::optional<std::string>> value(llvm::StringRef name) override {
    auto found = values.find(name.str());
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
};

struct Observer final : exec::BuildObserver {
  std::vector<std::string> warnings;
  void warning(llvm::StringRef message) override { warnings.push_back(message.str()); }
};

/// `stage prod { let live = publish(TEXT, to = Production)  check(live) }`, as it is edited between
/// builds, each of which is a process of its own as far as pipec can tell.
class World {
public:
  World()
      : store(get(cas::openLocalContentStore(folder / "cache"))),
        ledger(get(openLedger(folder / "state", Access::Write))) {
    deploySpec.kind = plan::ActionKind::Deploy;
    deploySpec.run = {command({text("deploy"), hole(plan::HoleKind::Release)})};
    deploySpec.rollback = command({text("rollback"), hole(plan::HoleKind::Release)});
    testSpec.kind = plan::ActionKind::LiveTest;
    testSpec.run = {command({text("test"), hole(plan::HoleKind::DeploymentUrl)})};
    testSpec.onFail = plan::OnFail::Rollback;
    environment.module = "site.pipe";
    environment.name = "Production";
    environment.url = "http://localhost:1";
  }

  struct Outcome {
    NodeResult deploy;
    NodeResult test;
  };
  /// One build, up to the end of the stage.
  Outcome build(const std::string& content) {
    options.execution = "e" + std::to_string(++executions);
    plan::Plan plan = makePlan(content);
    exec::StepRunner steps(*store, *runner, folder / "scratch", /*mayMove=*/false);
    auto effects = makeEffectRunner(*ledger, runnerOptions());
    std::map<plan::NodeId, NodeResult> results;
    run(plan, Deploy, content, *effects, steps, results);
    if (hasTest && exec::isSuccess(results[Deploy].state))
      run(plan, Test, content, *effects, steps, results);
    if (!options.dryRun)
      test::check(effects->stageFinished(plan::StageId{0}));
    return {results[Deploy], results[Test]};
  }
  /// The release of `content`, as builds of it have it.
  std::string releaseOf(const std::string& content) {
    return plan::computeRelease(deploySpec, keyContext(content), {}).hex();
  }
  State state() { return get(ledger->state("site.pipe:Production")); }
  std::vector<std::string> ran() { return std::exchange(machine.ran, {}); }

  static plan::Command command(std::vector<plan::Arg> arguments) {
    return {plan::ArgumentVector{std::move(arguments)}, {"site.pipe", 1, 1}};
  }
  static plan::Arg text(const std::string& word) { return {{plan::HoleKind::Text, word, 0}}; }
  static plan::Arg hole(plan::HoleKind kind) { return {{kind, "", 0}}; }

  test::TemporaryFolder folder;
  Machine machine;
  sandbox::SpawnRunner* runner = &machine;
  Secrets secrets;
  Observer observer;
  std::unique_ptr<cas::ContentStore> store;
  std::unique_ptr<Ledger> ledger;
  plan::ActionSpec deploySpec;
  plan::ActionSpec testSpec;
  plan::Environment environment;
  exec::BuildOptions options;
  std::chrono::milliseconds lockTimeout{0};
  bool hasTest = true;

private:
  static constexpr plan::NodeId Content{0};
  static constexpr plan::NodeId Deploy{1};
  static constexpr plan::NodeId Test{2};

  EffectRunnerOptions runnerOptions() {
    EffectRunnerOptions effects;
    effects.workspace = folder.path;
    effects.actor = "ada";
    effects.lockTimeout = lockTimeout;
    return effects;
  }
  plan::Plan makePlan(const std::string& content) {
    plan::Plan plan;
    plan.stages.push({"prod", false, {}});
    plan::EnvironmentId where = plan.environments.push(environment);
    plan::Node tree;
    tree.what = plan::TextFile{content};
    plan.nodes.push(tree);
    plan::Node deploy;
    deploy.what = deploySpec;
    deploy.action().environmentId = where;
    deploy.action().subject = plan::ArtifactRef{Content, 0};
    deploy.label = "site.prod.live";
    deploy.stage = plan::StageId{0};
    plan.nodes.push(deploy);
    if (hasTest) {
      plan::Node check;
      check.what = testSpec;
      check.action().deployments = {Deploy};
      check.label = "site.prod.check";
      check.stage = plan::StageId{0};
      plan.nodes.push(check);
    }
    return plan;
  }
  plan::KeyContext keyContext(const std::string& content) {
    plan::KeyContext key;
    key.subject = plan::ContentKey{'f', base::digestOf(content), ""};
    key.isolation = "full";
    return key;
  }
  void run(const plan::Plan& plan, plan::NodeId node, const std::string& content,
           exec::EffectRunner& effects, exec::StepRunner& steps,
           std::map<plan::NodeId, NodeResult>& results) {
    exec::BoundAction action;
    action.spec = plan.nodes[node].action();
    plan::KeyContext key;
    key.isolation = "full";
    if (node == Deploy) {
      action.subject = cas::Content{cas::EntryKind::File, get(store->putBytes(content))};
      key = keyContext(content);
    }
    auto resultOf = [&](plan::NodeId other) -> const NodeResult& { return results[other]; };
    auto aside = [](llvm::function_ref<void()> wait) { wait(); };
    results[node] =
        get(effects.run(node, {plan, options, steps, secrets, workspace::allGrants(), observer,
                               std::move(action), std::move(key), resultOf, aside}));
  }

  int executions = 0;
};

} // namespace pipec::environment
