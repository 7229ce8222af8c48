// What a trace has of a command, and that a traced command is like any other.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include <algorithm>

using namespace pipec::sandbox;

static const auto BothModes = {SandboxMode::Strict, SandboxMode::Off};

namespace {

struct Traced {
  Outcome outcome;
  std::vector<std::string> entries; ///< `VERB OUTCOME PATH`

  /// A path that ends like this, whatever is in front of it.
  bool has(const std::string& kind, const std::string& end) const {
    return std::any_of(entries.begin(), entries.end(), [&](llvm::StringRef entry) {
      return entry.starts_with(kind) && entry.ends_with(end);
    });
  }
};

Traced trace(SandboxFixture& fixture, Spawn spawn) {
  spawn.tracePath = spawn.stdoutPath + ".trace";
  Traced traced;
  traced.outcome = fixture.run(spawn);
  std::string record = contentOf(spawn.tracePath);
  REQUIRE((record.empty() || record.back() == '\0'));
  for (llvm::StringRef rest = record; !rest.empty();) {
    auto [entry, more] = rest.split('\0');
    traced.entries.push_back(entry.str());
    rest = more;
  }
  return traced;
}

} // namespace

TEST_CASE("a trace has what was read, written, executed and looked for in vain") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.script("");
  spawn.inputs = {{"1/given", fixture.temporary.file("g", "given"), false}};
  std::string given = fixture.runner->renderPath(spawn, "/i/1/given");
  std::string out = fixture.runner->renderPath(spawn, "/o/out");
  spawn.arguments.back() = "mkdir -p deep; cd deep; cat " + given + " > " + out +
                           "; cat missing ../also-missing || true; ls .. ; test -e looked || :; "
                           "python3 -c 'import os; os.rename(\"" +
                           out + "\", \"" + out + "2\")'";
  Traced traced = trace(fixture, spawn);
  CHECK(traced.outcome.result.succeeded());
  CHECK(traced.has("x+", "/cat"));
  CHECK(traced.has("r+", "/i/1/given"));
  CHECK(traced.has("w+", "/o/out"));
  CHECK(traced.has("w+", "/o/out2"));
  CHECK(traced.has("r-", "/w/deep/missing"));
  CHECK(traced.has("r-", "/w/deep/../also-missing"));
  CHECK(traced.has("p-", "/w/deep/looked"));
  CHECK(traced.has("l+", "/w/deep/.."));
  CHECK_FALSE(traced.has("", "/w/looked"));
}

TEST_CASE("a write that cannot be is told from one that can") {
  SandboxFixture fixture;
  Traced traced = trace(fixture, fixture.script("touch /usr/share/mine || :; mkdir -p /usr/share; "
                                                "echo > /dev/null; rm -f /usr/share/none; "
                                                "echo > scratch; touch /no/such/folder || :"));
  CHECK(traced.has("w!", "/usr/share/mine"));
  CHECK(traced.has("w+", "/usr/share"));
  CHECK(traced.has("w+", "/dev/null"));
  CHECK(traced.has("w-", "/usr/share/none"));
  CHECK(traced.has("w+", "/w/scratch"));
  CHECK(traced.has("w-", "/no/such/folder"));
}

TEST_CASE("a traced command ends as any other does") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  auto end = [&](Spawn spawn) { return trace(fixture, std::move(spawn)).outcome.result; };
  CHECK(end(fixture.script("exit 7")).exitCode == 7);
  CHECK(end(fixture.script("kill -9 $$")).signal == 9);
  CHECK(end(fixture.spawn({"no-such-command"})).status == SpawnStatus::CommandNotFound);
  CHECK(end(fixture.spawn({"/etc/passwd"})).status == SpawnStatus::NotExecutable);
  Spawn slow = fixture.script("sh -c 'cat /etc/passwd > /dev/null; sleep 1000' & sleep 1000");
  slow.timeout = std::chrono::milliseconds(200);
  CHECK(end(slow).status == SpawnStatus::TimedOut);
  // Whatever is left in the background is ended, many processes at once are all told of, and the
  // next command of the root is not traced.
  std::string seconds = uniqueSeconds();
  Traced many = trace(fixture, fixture.script("for i in 1 2 3 4 5 6 7 8; do (cat /no/file$i & "
                                              "wait) 2>/dev/null & done; wait; sleep " +
                                              seconds + " & exit 0"));
  CHECK(many.outcome.result.succeeded());
  for (const char* name : {"1", "2", "3", "4", "5", "6", "7", "8"})
    CHECK(many.has("r-", std::string("/no/file") + name));
  CHECK(processesWith("sleep " + seconds) == 0);
  CHECK(fixture.output("cat /proc/self/status | grep Seccomp:") ==
        fixture.output("cat /proc/$$/status | grep Seccomp:"));
}

TEST_CASE("a record that cannot be written is an error") {
  SandboxFixture fixture;
  Spawn spawn = fixture.script("true");
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  spawn.tracePath = "/dev/full";
  llvm::Expected<SpawnResult> result = root->run(spawn);
  REQUIRE(!result);
  CHECK(llvm::toString(result.takeError()).find("No space left") != std::string::npos);
}
