// Random builds, deaths and hands at work on one environment.
#include "tests/simulator/schedule.h"

#include "runtime/environment/by_hand.h"
#include "runtime/environment/schema.h"

#include "llvm/ADT/Twine.h"

namespace pipec::simulator {

using environment::Event;
using environment::EventKind;
using environment::State;
using exec::NodeResult;
using exec::NodeState;

/// The value, or the end of the test: there are no exceptions across its threads.
static llvm::ExitOnError get("simulator: ");

// ---- the bench ----------------------------------------------------------------

Bench::Bench(const std::string& where)
    : folder(where), store(get(cas::openLocalContentStore(folder + "/cache"))) {
  auto open = [&](std::function<llvm::Error(db::Moment)> use) {
    db::Database database =
        get(db::openState(folder + "/state/state.db", environment::ledgerSchema()));
    database.intercept(std::move(use));
    return std::make_unique<environment::Ledger>(folder + "/state", std::move(database),
                                                 [this] { return time; });
  };
  for (size_t who = 0; who < Processes; ++who)
    ledgers[who] = open([this, who](db::Moment moment) { return use_[who](moment); });
  reader = open({});
}

// ---- builds -------------------------------------------------------------------

struct Secrets final : exec::SecretStore {
  llvm::Expected<std::optional<std::string>> value(llvm::StringRef) override {
    return std::nullopt;
  }
};

Schedule::Schedule(Bench& where, uint64_t seed)
    : bench(where), rng(seed), turns(rng), pipeline("E" + std::to_string(seed), rng) {
  chances.mayFail = oneIn(2);
  for (unsigned content = 0; content + 1 < Contents; ++content)
    if (oneIn(3))
      chances.bad.insert(pipeline.releaseOf(contentOf(content)).hex());
}

/// Builds wait for the lock of an environment in turns instead of seconds.
static constexpr unsigned MostTurns = 100;
static bool isBusy(const NodeResult& result) {
  return result.failure && result.failure->code == "R1009";
}

/// One process of pipec, up to the end of its stage or to its death.
void Schedule::build(size_t who, unsigned content, bool isNamed, int lifetime) {
  Process process(turns, site, lifetime);
  bench.intercept(who, [&](db::Moment moment) {
    if (moment == db::Moment::Committed)
      compare(who);
    bool isLocked = moment == db::Moment::Commit;
    return isLocked ? process.survive() : process.step();
  });
  ++bench.time; // which of two builds looked at its sources first is known
  exec::BuildOptions options;
  options.execution = "e" + std::to_string(++executions);
  if (isNamed)
    options.deployTo = {pipeline.environment.name};
  site.tell(options.execution + " builds " + contentOf(content));
  plan::Plan plan = pipeline.plan();
  Commands commands(process, site, chances, rng);
  Secrets secrets;
  exec::BuildObserver observer;
  exec::StepRunner steps(*bench.store, commands, bench.folder + "/scratch" + std::to_string(who),
                         /*mayMove=*/false);
  environment::EffectRunnerOptions effectOptions;
  effectOptions.workspace = bench.folder;
  effectOptions.actor = "ada";
  effectOptions.lockTimeout = std::chrono::milliseconds(0);
  auto effects = environment::makeEffectRunner(*bench.ledgers[who], effectOptions);

  std::map<plan::NodeId, NodeResult> results;
  auto resultOf = [&](plan::NodeId other) -> const NodeResult& { return results[other]; };
  auto aside = [](llvm::function_ref<void()> wait) { wait(); };
  std::vector<plan::NodeId> nodes = {Pipeline::Deploy};
  if (pipeline.hasGate)
    nodes.insert(nodes.begin(), Pipeline::Gate);
  if (pipeline.hasTest)
    nodes.push_back(Pipeline::Test);
  auto died = [&](llvm::Error error) {
    if (process.isDead())
      llvm::consumeError(std::move(error));
    else
      get(std::move(error));
  };
  for (plan::NodeId node : nodes) {
    exec::BoundAction action;
    action.spec = plan.nodes[node].action();
    if (node != Pipeline::Test)
      action.subject =
          cas::Content{cas::EntryKind::File, get(bench.store->putBytes(contentOf(content)))};
    auto once = [&] {
      return effects->run(node,
                          {plan, options, steps, secrets, workspace::allGrants(), observer, action,
                           pipeline.keyOf(node, contentOf(content)), resultOf, aside});
    };
    auto result = once();
    for (unsigned turn = 0; result && isBusy(*result) && turn < MostTurns; ++turn) {
      turns.pass();
      result = once();
    }
    if (!result) {
      ++counts["killed"];
      return died(result.takeError());
    }
    site.tell("  " + options.execution + ": " + plan.nodes[node].label + " is " +
              exec::stateName(result->state).str() + ": " + result->reason);
    ++counts[exec::stateName(result->state).str()];
    results[node] = std::move(*result);
    if (!exec::isSuccess(results[node].state))
      break;
  }
  died(effects->stageFinished(plan::StageId{0}));
}

// ---- a person -----------------------------------------------------------------

void Schedule::decide(environment::Ledger& ledger, unsigned content, bool approve) {
  environment::Approval approval;
  approval.key = pipeline.approvalOf(contentOf(content));
  approval.approved = approve;
  approval.who = "ada";
  approval.when = bench.time;
  if (oneIn(2))
    approval.expires = bench.time + 1000;
  if (approve)
    approved.insert(content);
  site.tell((approve ? "approve " : "reject ") + contentOf(content));
  get(ledger.recordApproval(approval));
}

/// To any release that was ever stable, whatever is going on.
void Schedule::rollBack(size_t who) {
  Process process(turns, site, oneIn(4) ? static_cast<int>(rng() % 8) : INT_MAX);
  bench.intercept(who, [&](db::Moment moment) {
    if (moment == db::Moment::Committed)
      compare(who);
    return moment == db::Moment::Commit ? process.survive() : process.step();
  });
  Commands commands(process, site, chances, rng);
  Secrets secrets;
  exec::StepRunner steps(*bench.store, commands, bench.folder + "/scratch" + std::to_string(who),
                         /*mayMove=*/false);
  environment::Operator hands(
      {*bench.ledgers[who], steps, secrets, workspace::allGrants(), bench.folder, "ada", "", {}});
  std::string to = oneIn(2) ? "" : pipeline.releaseOf(contentOf(anyContent())).hex();
  site.tell("roll back to " + (to.empty() ? "what is stable" : to));
  auto quiet = [](llvm::StringRef) {};
  auto never = [] { return false; };
  auto once = [&] {
    return environment::rollBackByHand(hands, {pipeline.environment.identity(), to, ""},
                                       {std::chrono::milliseconds(0), quiet, never});
  };
  auto result = once();
  for (unsigned turn = 0;
       result && result->text.find("in use") != std::string::npos && turn < MostTurns; ++turn) {
    turns.pass();
    result = once();
  }
  if (!result) {
    // It has died, or there is nothing to go back to.
    auto [category, text] = base::describe(result.takeError());
    site.expect(process.isDead() || category == base::ErrorCategory::Usage, text);
    return site.tell("  " + text);
  }
  site.tell("  " + result->text);
}

void Schedule::act(size_t who) {
  environment::Ledger& ledger = *bench.ledgers[who];
  Event event;
  event.by = "ada";
  switch (rng() % 9) {
  case 0:
    event.kind = EventKind::Freeze;
    if (oneIn(2))
      event.until = bench.time + 1000;
    break;
  case 1:
    event.kind = EventKind::Unfreeze;
    break;
  case 2:
    event.kind = EventKind::Unhold;
    break;
  case 3:
    if (int64_t jump = static_cast<int64_t>(rng() % 4000) - 1500) {
      bench.time += jump;
      clockWentBack |= jump < 0;
    }
    return site.tell("the clock jumps to " + std::to_string(bench.time));
  case 4:
    site.tell("somebody changes it by hand");
    site.drifted = true;
    site.serves = "by hand";
    return;
  case 5:
  case 6:
    return rollBack(who);
  default:
    return decide(ledger, anyContent(), !oneIn(4));
  }
  site.tell(event.kind == EventKind::Freeze     ? "freeze"
            : event.kind == EventKind::Unfreeze ? "unfreeze"
                                                : "unhold");
  get(ledger.apply(pipeline.environment.identity(), event));
}

void Schedule::person(size_t who) {
  for (uint64_t left = rng() % 6; left > 0; --left) {
    bench.intercept(who, [&, who](db::Moment moment) {
      if (moment == db::Moment::Committed)
        compare(who);
      if (moment != db::Moment::Commit)
        turns.pass();
      return llvm::Error::success();
    });
    act(who);
    turns.pass();
  }
}

// ---- what must be true --------------------------------------------------------

/// An attempt has begun on what `last` was.
void Schedule::checkBegun(const State& state, const environment::LogEntry& entry) {
  bool isRollback = entry.kind == environment::AttemptKind::Rollback;
  bool byHand = entry.execution.empty();
  if (byHand)
    ++counts["rollback by hand begun"];
  bool frozen = last.freeze && (!last.freeze->until || *last.freeze->until > bench.time);
  site.expect(!frozen || (isRollback && !byHand), "begun although it is frozen");
  if (isRollback) {
    site.expect(byHand ? everStable.count(entry.release) : last.stable == entry.release,
                "rolled back to what was not stable");
    site.expect(state.hold || last.desired == entry.release, "rolled back without a hold");
    return;
  }
  site.expect(!last.hold || last.hold->release != entry.release, "begun although it is held");
  bool allowed = !pipeline.hasGate;
  for (unsigned content : approved)
    allowed |= pipeline.releaseOf(contentOf(content)) == entry.release;
  site.expect(allowed, "begun without an approval");
  bool isOlder = last.origin && entry.origin && entry.origin->resolved < last.origin->resolved;
  site.expect(!isOlder || clockWentBack || last.desired == entry.release,
              "something older begun over something newer");
}

/// After each change of the ledger, before anybody else goes on.
void Schedule::compare(size_t who) {
  const std::string identity = pipeline.environment.identity();
  State state = get(bench.reader->state(identity));
  if (state.generation != last.generation) {
    auto entry = get(bench.reader->log(identity, 1)).front();
    std::string release = entry.release.hex();
    ++counts[environment::kindName(entry.kind).str() + " begun"];
    site.tell("  " + entry.execution + " begins a " + environment::kindName(entry.kind).str() +
              " of " + release + ", generation " + std::to_string(entry.generation));
    site.expect(state.generation == last.generation + 1, "two generations in one step");
    checkBegun(state, entry);
  }
  bool isJudged = pipeline.hasTest && pipeline.test.onFail != plan::OnFail::Warn;
  if (isJudged && state.stable != last.stable && !everStable.count(*state.stable))
    site.expect(state.verified == environment::Verified::Pass, "stable without a pass");
  if (state.stable)
    everStable.insert(*state.stable);
  last = state;
  site.compare(state);
}

/// When all is quiet one more build brings its content, whatever happened before.
void Schedule::finish() {
  const unsigned content = Contents - 1; // never a bad one
  chances.mayFail = false;
  auto all = [&] {
    bench.intercept(0, [&](db::Moment moment) {
      if (moment == db::Moment::Committed)
        compare(0);
      return llvm::Error::success();
    });
    for (EventKind kind : {EventKind::Unfreeze, EventKind::Unhold}) {
      Event event;
      event.kind = kind;
      get(bench.ledgers[0]->apply(pipeline.environment.identity(), event));
    }
    decide(*bench.ledgers[0], content, true);
    build(0, content, /*isNamed=*/true, INT_MAX);
  };
  turns.add(all);
  turns.run();
  base::Digest release = pipeline.releaseOf(contentOf(content));
  State state = get(bench.reader->state(pipeline.environment.identity()));
  site.expect(state.recorded.is(release), "the last build is not what is recorded");
  site.expect(state.stable == release, "the last build is not stable");
  bool mayDrift = site.drifted && !pipeline.deploy.probe;
  site.expect(mayDrift || site.serves == release.hex(), "the last build is not what it serves");
}

void Schedule::run() {
  size_t builders = 1 + rng() % (Bench::Processes - 1);
  for (size_t who = 1; who <= builders; ++who)
    turns.add([this, who] {
      for (uint64_t left = 1 + rng() % 3; left > 0; --left) {
        int lifetime = oneIn(2) ? INT_MAX : static_cast<int>(rng() % 40);
        build(who, anyContent(), /*isNamed=*/!oneIn(4), lifetime);
        turns.pass();
      }
    });
  turns.add([this] { person(0); });
  turns.run();
  // Some of what a person does comes when others have done much already.
  turns.add([this] {
    build(1, anyContent(), /*isNamed=*/true, INT_MAX);
    build(1, anyContent(), /*isNamed=*/true, INT_MAX);
  });
  turns.add([this] { person(0); });
  turns.run();
  finish();
}

} // namespace pipec::simulator
