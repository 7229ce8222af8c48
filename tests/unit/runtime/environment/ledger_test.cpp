// The ledger on disk.
#include "runtime/environment/ledger.h"
#include "runtime/environment/schema.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;
using Catch::Contains;

namespace {

const std::string Production = "site.pipe:Production";

Release releaseNamed(uint64_t number) {
  Release release;
  release.id = sampleDigest(number);
  release.action.spec.kind = plan::ActionKind::Deploy;
  release.execution = "e" + std::to_string(number);
  release.created = 5;
  return release;
}

Ledger::Attempt attemptOf(const Release& release) {
  Ledger::Attempt attempt;
  attempt.environment = Production;
  attempt.execution = release.execution;
  attempt.actor = "ada";
  attempt.release = release.id;
  return attempt;
}

} // namespace

TEST_CASE("an attempt is recorded, and what did not finish is unknown to the next process") {
  TemporaryFolder folder;
  Release a = releaseNamed(1);
  {
    auto ledger = get(openLedger(folder.path, Access::Write));
    auto begun = get(ledger->begin(attemptOf(a), &a));
    CHECK(begun.generation == 1);
    CHECK(get(ledger->end(attemptOf(a), begun, true, "http://a")));
    Release b = releaseNamed(2);
    get(ledger->begin(attemptOf(b), &b)); // and the process dies
  }
  auto ledger = get(openLedger(folder.path, Access::Read));
  State state = get(ledger->state(Production));
  CHECK(state.generation == 2);
  CHECK(state.recorded.kind == Recorded::Kind::Unknown);
  CHECK(state.desired == test::sampleDigest(2));
  auto log = get(ledger->log(Production));
  REQUIRE(log.size() == 2);
  CHECK(log[0].result.empty());
  CHECK(log[0].from.is(a.id));
  CHECK(log[1].result == "succeeded");
  CHECK(log[1].actor == "ada");
  auto release = get(ledger->release(Production, a.id));
  REQUIRE(release);
  CHECK(release->url == "http://a");
  CHECK(release->execution == "e1");
}

TEST_CASE("an attempt that ends after another one began is not recorded as what is there") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder.path, Access::Write));
  Release a = releaseNamed(1);
  Release b = releaseNamed(2);
  auto slow = get(ledger->begin(attemptOf(a), &a));
  auto fast = get(ledger->begin(attemptOf(b), &b));
  CHECK(get(ledger->end(attemptOf(b), fast, true, "")));
  CHECK_FALSE(get(ledger->end(attemptOf(a), slow, true, "")));
  CHECK(get(ledger->state(Production)).recorded.kind == Recorded::Kind::Unknown);
  CHECK(get(ledger->log(Production))[1].result == "superseded");
}

TEST_CASE("an attempt that its guard refuses leaves no trace") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder.path, Access::Write));
  Event freeze;
  freeze.kind = EventKind::Freeze;
  CHECK(get(ledger->apply(Production, freeze)));
  Release a = releaseNamed(1);
  auto guard = [](const State& state) -> std::optional<std::string> {
    return state.freeze ? std::optional<std::string>("frozen") : std::nullopt;
  };
  CHECK(get(ledger->begin(attemptOf(a), &a, guard)).refusal == "frozen");
  CHECK(get(ledger->state(Production)).generation == 0);
  CHECK(get(ledger->log(Production)).empty());
  CHECK_FALSE(get(ledger->release(Production, a.id)));
  freeze.kind = EventKind::Unfreeze;
  CHECK(get(ledger->apply(Production, freeze)));
  auto begun = get(ledger->begin(attemptOf(a), &a, guard));
  CHECK_FALSE(begun.refusal);
  CHECK(begun.generation == 1);
}

TEST_CASE("state survives the write and the read as it is") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder.path, Access::Write));
  Release a = releaseNamed(1);
  auto begun = get(ledger->begin(attemptOf(a), &a));
  get(ledger->end(attemptOf(a), begun, true, ""));
  Event event;
  event.generation = 1;
  for (EventKind kind : {EventKind::Pass, EventKind::Settle, EventKind::Probe, EventKind::Freeze}) {
    event.kind = kind;
    event.text = "text";
    event.by = "by";
    event.until = 77;
    CHECK(get(ledger->apply(Production, event)));
  }
  Release b = releaseNamed(2);
  Ledger::Attempt rollback = attemptOf(b);
  rollback.kind = AttemptKind::Rollback;
  rollback.undone = a.id;
  rollback.by = "ada";
  rollback.reason = "reason";
  get(ledger->begin(rollback, &b));
  State expected;
  expected.generation = 2;
  expected.desired = b.id;
  expected.recorded.kind = Recorded::Kind::Unknown;
  expected.stable = a.id;
  expected.freeze = Freeze{"by", "text", 77};
  expected.hold = Hold{a.id, "ada", "reason"};
  CHECK(get(ledger->state(Production)) == expected);
  auto all = get(get(openLedger(folder.path, Access::Read))->environments());
  REQUIRE(all.size() == 1);
  CHECK(all[0].identity == Production);
  CHECK(all[0].state == expected);
  CHECK(all[0].made->kind == AttemptKind::Rollback);
}

TEST_CASE("passes of earlier generations are forgotten, and unknown keys have none") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder.path, Access::Write));
  LiveResult result;
  result.execution = "e1";
  result.report = test::sampleDigest(9);
  base::Digest first = test::sampleDigest(1);
  base::Digest second = test::sampleDigest(2);
  check(ledger->keepLivePass(first, Production, 1, result));
  auto kept = get(ledger->livePass(first));
  REQUIRE(kept);
  CHECK(kept->report == test::sampleDigest(9));
  check(ledger->keepLivePass(second, Production, 2, result));
  CHECK_FALSE(get(ledger->livePass(first)));
  CHECK(get(ledger->livePass(second)));
}

/// As pipec 0.1 named things.
static base::Digest oldName(char letter) {
  return base::Digest::ofOldName(std::string(base::Digest::OldNameSize, letter));
}

/// A release as pipec 0.1 recorded it.
static std::string oldRelease(const Release& release) {
  std::string text = encodeRelease(release);
  text.replace(text.find("\"version\":2"), 11, "\"version\":1");
  return text;
}

namespace {
/// A deploy state of an earlier version, in which `b` is deployed and `a` was stable.
struct OldState {
  TemporaryFolder folder;
  base::Digest a = oldName('a'), b = oldName('b');

  explicit OldState(size_t version) {
    db::StateSchema old = ledgerSchema();
    old.migrations = old.migrations.take_front(version);
    auto database = get(db::openState(folder / "state.db", old));
    std::string origin = version >= 3 ? ", ''" : "";
    auto environment =
        get(database.prepare("INSERT INTO environments VALUES (?1, 2, ?3, 1, ?3, 1, ?2, 0, '', "
                             "NULL, NULL, NULL, NULL, NULL, NULL" +
                             origin + ")"));
    check(environment.execute(Production, a, b));
    auto release = get(database.prepare("INSERT INTO releases VALUES (?1, ?2, ?3, '', 'e', 7" +
                                        std::string(version >= 3 ? ", 7" : "") + ")"));
    for (const base::Digest& id : {a, b})
      check(release.execute(Production, id, oldRelease(releaseNamed(1))));
    auto log = get(database.prepare("INSERT INTO log VALUES (NULL, ?1, 0, ?2, 0, NULL, 2, 'e', "
                                    "'ada', '', 7, 8, 'succeeded'" +
                                    origin + ")"));
    check(log.execute(Production, b));
  }
  void execute(const char* sql, const base::Digest& digest) {
    db::StateSchema old = ledgerSchema();
    old.migrations = old.migrations.take_front(3);
    auto database = get(db::openState(folder / "state.db", old));
    check(get(database.prepare(sql)).execute(digest));
  }
};
} // namespace

TEST_CASE("the deploy state of an earlier pipec stays readable, and nothing old is gone back to") {
  for (size_t version : {2u, 3u})
    for (Access access : {Access::Read, Access::Write}) {
      OldState old(version);
      auto ledger = get(openLedger(old.folder.path, access));
      State state = get(ledger->state(Production));
      CHECK(state.generation == 2);
      CHECK(state.recorded.is(old.b));
      CHECK(text(state.recorded) == "xxh3:62626262626262626262626262626262");
      CHECK_FALSE(state.stable);
      CHECK_FALSE(state.origin);
      CHECK(get(ledger->stableReleases(Production)).empty());
      CHECK(get(ledger->hadStableUnderOldName(Production)));
      CHECK_FALSE(get(ledger->hadStableUnderOldName("site.pipe:Other")));
      auto log = get(ledger->log(Production));
      REQUIRE(log.size() == 1);
      CHECK(log[0].release == old.b);
      CHECK_FALSE(log[0].origin);
      CHECK(get(ledger->environments())[0].made->release == old.b);
      CHECK(get(ledger->release(Production, old.b))->id == old.b);
    }
}

TEST_CASE("after the names changed the next deploy acts, and what it makes can be gone back to") {
  OldState old(3);
  auto ledger = get(openLedger(old.folder.path, Access::Write));
  Release now = releaseNamed(3);
  auto begun = get(ledger->begin(attemptOf(now), &now));
  get(ledger->end(attemptOf(now), begun, true, ""));
  Event settle;
  settle.kind = EventKind::Settle;
  settle.generation = begun.generation;
  CHECK(get(ledger->apply(Production, settle)));
  auto stable = get(ledger->stableReleases(Production));
  REQUIRE(stable.size() == 1);
  CHECK(stable[0].id == now.id);
  CHECK(get(ledger->log(Production))[0].from.is(old.b));
}

TEST_CASE("a release that was held back under an old name freezes its environment") {
  OldState old(3);
  old.execute("UPDATE environments SET hold_release = ?1, hold_by = 'ada', hold_reason = 'bad'",
              old.a);
  auto ledger = get(openLedger(old.folder.path, Access::Write));
  State state = get(ledger->state(Production));
  CHECK_FALSE(state.hold);
  REQUIRE(state.freeze);
  CHECK(state.freeze->by == "ada");
  CHECK_THAT(state.freeze->reason, Contains("release 616161616161 was rolled back (bad)"));
  CHECK_FALSE(state.freeze->until);
}

TEST_CASE("a freeze with an end does not let in what was held back when it is over") {
  OldState old(3);
  old.execute("UPDATE environments SET hold_release = ?1, hold_by = 'ada', hold_reason = 'bad', "
              "freeze_by = 'bob', freeze_reason = 'fair', freeze_until = 99",
              old.a);
  State state = get(get(openLedger(old.folder.path, Access::Read))->state(Production));
  CHECK_FALSE(state.hold);
  REQUIRE(state.freeze);
  CHECK(state.freeze->by == "bob");
  CHECK_THAT(state.freeze->reason, Contains("fair; release 616161616161 was rolled back (bad)"));
  CHECK_FALSE(state.freeze->until);
}

TEST_CASE("what was approved under an old name is remembered as that, and counts as nothing") {
  OldState old(3);
  old.execute("INSERT INTO approval_requests VALUES (?1, 'p.pipe', '[\"p.gate\"]', NULL, '[]', "
              "'[]', '', 'e', 7, NULL)",
              old.a);
  old.execute("INSERT INTO approvals VALUES (NULL, ?1, 1, 'ada', 7, '', NULL)", old.a);
  old.execute("INSERT INTO live_passes VALUES (?1, 'x', 1, 'e', 1, 1, 1, 1, ?1, ?1, NULL)", old.b);
  auto ledger = get(openLedger(old.folder.path, Access::Write));
  CHECK(get(ledger->requests()).empty());
  CHECK(get(ledger->wasApprovedUnderOldName("p.pipe", "p.gate")));
  CHECK_FALSE(get(ledger->wasApprovedUnderOldName("p.pipe", "p.other")));
  CHECK_FALSE(get(ledger->livePass(old.b)));
}

TEST_CASE("what was ever stable is known, the last one first, with what it was made from") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder.path, Access::Write));
  for (uint64_t number : {1, 2, 3, 1}) {
    Release release = releaseNamed(number);
    Ledger::Attempt attempt = attemptOf(release);
    attempt.origin = Origin{std::string(40, static_cast<char>('0' + number)), false, {}, 5};
    auto begun = get(ledger->begin(attempt, &release));
    get(ledger->end(attempt, begun, /*succeeded=*/number != 2, ""));
    Event event;
    event.kind = EventKind::Settle;
    event.generation = begun.generation;
    CHECK(get(ledger->apply(Production, event)) == (number != 2));
  }
  auto stable = get(ledger->stableReleases(Production));
  REQUIRE(stable.size() == 2);
  CHECK(stable[0].settled >= stable[1].settled);
  for (const StableRelease& each : stable)
    CHECK(each.origin->commit == std::string(40, each.id == releaseNamed(1).id ? '1' : '3'));
}

TEST_CASE("what had nothing to do leaves all but the origin, and what came too late all") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder.path, Access::Write));
  Release a = releaseNamed(1);
  Ledger::Attempt attempt = attemptOf(a);
  attempt.origin = Origin{"", false, {}, 5};
  get(ledger->end(attempt, get(ledger->begin(attempt, &a)), true, ""));
  State before = get(ledger->state(Production));
  CHECK(before.origin == attempt.origin);
  Ledger::Attempt other = attemptOf(a);
  other.origin = Origin{"", false, {}, 6};
  check(ledger->logSuperseded(other));
  check(ledger->logNoOp(other, /*confirms=*/false));
  CHECK(get(ledger->state(Production)) == before);
  check(ledger->logNoOp(other, /*confirms=*/true));
  before.origin = other.origin;
  CHECK(get(ledger->state(Production)) == before);
  CHECK(get(ledger->log(Production)).size() == 4);
  CHECK(get(ledger->environments())[0].made->sequence == 1);
}

TEST_CASE("the log of deployments cannot be rewritten") {
  TemporaryFolder folder;
  {
    auto ledger = get(openLedger(folder.path, Access::Write));
    Release a = releaseNamed(1);
    auto begun = get(ledger->begin(attemptOf(a), &a));
    get(ledger->end(attemptOf(a), begun, true, ""));
    CHECK_THAT(failureOf(ledger->end(attemptOf(a), begun, false, "")), Contains("append only"));
  }
}

TEST_CASE("reading makes nothing, and no database is an empty ledger") {
  TemporaryFolder folder;
  auto ledger = get(openLedger(folder / "none", Access::Read));
  CHECK(get(ledger->state(Production)) == State{});
  CHECK(get(ledger->environments()).empty());
  CHECK(get(ledger->log(Production)).empty());
  CHECK_FALSE(exists(folder / "none"));
}

TEST_CASE("a file that is no deploy state is an error that names it, and stays as it is") {
  TemporaryFolder folder;
  std::string garbage(5000, 'x');
  writeFile(folder / "state.db", garbage);
  for (Access access : {Access::Write, Access::Read})
    CHECK_THAT(failureOf(openLedger(folder.path, access)), Contains(folder / "state.db"));
  CHECK(readFile(folder / "state.db") == garbage);
}
