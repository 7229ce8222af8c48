// Opening the stores, and running plans with them.
#include "runtime/engine/session.h"

#include "compiler/base/error.h"
#include "runtime/cache/scoped_action_cache.h"
#include "runtime/engine/secrets.h"
#include "runtime/environment/effect_runner.h"
#include "runtime/folder/own_folder.h"
#include "runtime/host/user.h"
#include "runtime/retention/cache_roots.h"
#include "runtime/workspace/user_folders.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipec::engine {

// ---- opening -------------------------------------------------------------------

/// Untrusted runs have results of their own.
static cache::Scope scopeOf(const workspace::Trust& trust) {
  return trust.isUntrusted() ? cache::Scope::Untrusted : cache::Scope::Trusted;
}

llvm::Error Session::openDatabases(const std::string& cache) {
  cache::Access access =
      purpose == Purpose::DryRun ? cache::Access::ReadOnly : cache::Access::ReadWrite;
  auto opened = cache::openScopedActionCache(cache, scopeOf(trust), warning, access);
  if (!opened)
    return opened.takeError();
  actions = std::move(*opened);
  auto digests = cache::openFileDigests(workspace.root, cache, *contents, warning, access);
  if (!digests)
    return digests.takeError();
  files = std::move(*digests);
  keys = cache::openKeyMemo(cache, access);
  return llvm::Error::success();
}

llvm::Error Session::openStore(const std::string& cache) {
  auto opened = cas::openLocalContentStore(cache + "/cas");
  if (!opened)
    return opened.takeError();
  auto made = StepScratch::make(cache + "/steps");
  if (!made)
    return made.takeError();
  contents = std::move(*opened);
  scratch.emplace(std::move(*made));
  return llvm::Error::success();
}

/// The variable that all services for continuous integration set, and people now and then.
static bool inContinuousIntegration() {
  llvm::StringRef value = workspace::environmentText("CI");
  return !value.empty() && value != "0" && !value.equals_insensitive("false");
}

/// For what a dry run has to put somewhere for a moment.
static std::string temporaryFolder() {
  llvm::SmallString<128> folder;
  llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
  return folder.str().str();
}

static bool hasRoom(const std::string& folder) {
  llvm::Error full = cas::checkRoom(folder);
  bool has = !full;
  llvm::consumeError(std::move(full));
  return has;
}

llvm::Error Session::openForBuild(std::string& cache) {
  std::string instead = cacheOfWorkspace(workspace);
  mayMove = cache != instead;
  llvm::Error error = openStore(cache);
  if (!mayMove)
    return error;
  if (!error) {
    // A little room may do, if there is not more in the other place.
    error = cas::checkRoom(cache);
    if (!error || !hasRoom(workspace.state())) {
      llvm::consumeError(std::move(error));
      return llvm::Error::success();
    }
  }
  // A cache that cannot be written must not keep anyone from building.
  warning("the cache cannot be used, so `.pipec/cache` is: " +
          base::describe(std::move(error)).second);
  cache = instead;
  mayMove = false;
  if (llvm::Error links = folder::refuseLinks(cache, {"sandbox", "steps", "workspaces"}))
    return links;
  return openStore(cache);
}

llvm::Expected<std::unique_ptr<Session>>
Session::open(const workspace::Workspace& workspace, const Places& places,
              const workspace::Configuration& configuration, const workspace::Trust& trust,
              sandbox::SandboxMode sandbox, Purpose purpose, exec::Cancellation& cancellation,
              workspace::Warn warn) {
  std::unique_ptr<Session> session(new Session(workspace, trust, purpose, cancellation));
  session->warning = std::move(warn);
  if (!configuration.ignored.empty())
    session->warning(configuration.ignored);
  session->deployState = stateFolder(workspace, places);
  session->places = places;
  bool isDry = purpose == Purpose::DryRun;
  auto opened = openCacheFolder(workspace, places, isDry ? Use::Read : Use::Write);
  if (!opened)
    return opened.takeError();
  std::string cache = std::move(*opened);
  history::Access access = history::Access::Record;
  if (isDry) {
    auto standing = workspace::lookAtState(workspace, session->warning);
    if (!standing)
      return standing.takeError();
    access = standing->unbelieved.count("history.db") ? history::Access::Nothing
                                                      : history::Access::Query;
  }
  if (isDry) {
    auto store = cas::openContentStoreForReading(cache + "/cas");
    if (!store)
      return store.takeError();
    session->contents = std::move(*store);
  } else if (llvm::Error error = session->openForBuild(cache)) {
    return error;
  }
  if (llvm::Error error = session->openDatabases(cache))
    return error;
  session->cacheInUse = cache;
  if (!isDry)
    retention::registerCacheUser(cache, workspace, session->deployState);
  // What a runner keeps between runs only saves time.
  std::string withoutIsolation;
  auto runner = sandbox::makeSpawnRunner(
      sandbox, isDry ? "" : cache, [&](llvm::StringRef why) { withoutIsolation = why.str(); });
  // A dry run runs nothing.
  if (!withoutIsolation.empty() && !isDry) {
    if (inContinuousIntegration())
      return base::worldError(withoutIsolation +
                              "; where `CI` is set, nothing runs without isolation unless "
                              "`--sandbox off` asks for that");
    session->warning("pipec " + withoutIsolation +
                     "; steps run in scratch directories and may see more than they declare "
                     "(`--sandbox strict` refuses that, `--sandbox off` allows it)");
  }
  if (!runner && sandbox == sandbox::SandboxMode::Strict)
    return base::worldError(base::describe(runner.takeError()).second +
                            "; `--sandbox strict` runs nothing without isolation, `--sandbox auto` "
                            "runs steps in scratch directories");
  if (!runner)
    return runner.takeError();
  session->spawns = std::move(*runner);
  session->cancelling.emplace(session->cancellation, [raw = session.get()](auto level) {
    exec::cancelSteps(*raw->spawns, level);
  });
  session->secrets = makeSecretStore(configuration.secretProviders);
  session->executions = history::openHistory(workspace.state(), access, session->warning);
  return session;
}

// ---- running -------------------------------------------------------------------

llvm::Error Session::openDeployState() {
  if (ledger)
    return llvm::Error::success();
  using environment::Access;
  auto opened = engine::openDeployState(
      workspace, places, purpose == Purpose::DryRun ? Access::Read : Access::Write, warning);
  if (!opened)
    return opened.takeError();
  ledger = std::move(*opened);
  return llvm::Error::success();
}

llvm::Expected<environment::Operator>
Session::makeOperator(std::vector<sandbox::Variable> networkEnvironment) {
  if (llvm::Error error = openDeployState())
    return error;
  steps = std::make_unique<exec::StepRunner>(*contents, *spawns, scratch->path(), mayMove);
  return environment::Operator({*ledger, *steps, *secrets, trust, workspace.root,
                                host::currentUser(), "", std::move(networkEnvironment)});
}

llvm::Expected<exec::BuildResult> Session::build(SelectedPlan& selected,
                                                 const exec::BuildOptions& options,
                                                 exec::BuildObserver& observer,
                                                 exec::UseOutputs use) {
  plan::Plan& plan = selected.wanted;
  std::unique_ptr<exec::EffectRunner> effects;
  if (llvm::any_of(plan.nodes, [](const plan::Node& node) { return node.isEffect(); })) {
    // Without effects nobody asks for the deploy state, be it believed or not.
    if (options.noDeploy)
      ledger = std::make_unique<environment::Ledger>(deployState, std::nullopt);
    else if (llvm::Error error = openDeployState())
      return error;
    environment::EffectRunnerOptions effectOptions;
    effectOptions.workspace = workspace.root;
    effectOptions.interrupted = [this] { return cancellation.isRequested(); };
    effectOptions.waits = waits;
    effectOptions.runner = spawns.get();
    effectOptions.scratch = scratch ? scratch->path() : temporaryFolder();
    if (purpose == Purpose::Build)
      effectOptions.keys = actions.get();
    if (!selected.pins.execution.empty()) {
      auto attempts = history().attempts(selected.pins.execution);
      if (!attempts)
        return attempts.takeError();
      if (!attempts->empty())
        effectOptions.retriedFrom = attempts->front().started;
    }
    effects = environment::makeEffectRunner(*ledger, std::move(effectOptions));
  }
  exec::World world = worldOf(plan);
  exec::BuildOptions pinned = options;
  pinned.pins = selected.pins;
  auto result =
      exec::build(plan, pinned, world, effects.get(), selected.expander.get(), observer, use);
  llvm::Error flushed = flush();
  if (!result && result.errorIsA<cas::UnusableStore>())
    llvm::consumeError(std::move(flushed)); // the store's failure says it all
  else if (flushed)
    warning("not everything could be kept: " + base::describe(std::move(flushed)).second);
  return result;
}

exec::World Session::worldOf(const plan::Plan& plan) {
  exec::Memory* memory = &executions->memory(plan);
  if (trust.isUntrusted())
    memory = &untrustedMemory.emplace(*memory);
  return {*contents, *actions,       *files,
          *spawns,   *secrets,       trust,
          *memory,   workspace.root, scratch ? scratch->path() : "",
          mayMove,   keys.get(),     &cancellation};
}

/// What was learned is kept however the build ended.
llvm::Error Session::flush() {
  keys->flush();
  return llvm::joinErrors(actions->flush(), files->flush());
}

} // namespace pipec::engine
