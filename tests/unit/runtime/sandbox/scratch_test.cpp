// Without isolation: where things are, and what is refused.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

using namespace pipec::sandbox;

TEST_CASE("without isolation, paths are below the scratch folder") {
  SandboxFixture fixture(SandboxMode::Off);
  CHECK(fixture.runner->isolation() == Isolation::Scratch);
  Spawn spawn = fixture.script("cat $IN/1/a $IN/2/d/b; pwd; echo $HOME $TMPDIR; id -u > $HOME/x");
  spawn.inputs = {{"1/a", fixture.temporary.file("store/a", "a\n"), false},
                  {"2/d", fixture.temporary.folder("store/d"), true}};
  fixture.temporary.file("store/d/b", "b\n");
  const std::string& scratch = spawn.scratchDirectory;
  spawn.environment = {{"IN", fixture.runner->renderPath(spawn, "/i")}};
  CHECK(fixture.run(spawn).out ==
        "a\nb\n" + scratch + "/w\n" + scratch + "/tmp/home " + scratch + "/tmp\n");
  CHECK(fixture.runner->renderPath(spawn, "/i/1/a") == scratch + "/i/1/a");
  CHECK(fixture.runner->renderPath(spawn, "/w") == scratch + "/w");
  CHECK(fixture.runner->renderPath(spawn, "/tmp/x") == scratch + "/tmp/x");
  CHECK(fixture.runner->renderPath(spawn, "/o/out") == spawn.outputDirectory + "/out");
  CHECK(fixture.runner->renderPath(spawn, "/input") == "/input");
  CHECK(fixture.runner->renderPath(spawn, "/usr/bin/cc") == "/usr/bin/cc");
}

TEST_CASE("without isolation, a step cannot change what the store has") {
  SandboxFixture fixture(SandboxMode::Off);
  std::string input = fixture.temporary.file("store/a", "a\n");
  Spawn spawn = fixture.script("echo changed > $IN/1/a");
  spawn.inputs = {{"1/a", input, false}};
  spawn.environment = {{"IN", fixture.runner->renderPath(spawn, "/i")}};
  CHECK(fixture.run(spawn).result.succeeded());
  CHECK(contentOf(input) == "a\n");
}

TEST_CASE("without isolation, the environment is fixed all the same") {
  SandboxFixture fixture(SandboxMode::Off);
  ::setenv("PIPEC_TEST_LEAK", "leak", 1);
  CHECK(fixture.output("env | cut -d= -f1 | grep -v PWD | sort | tr '\\n' ' '") ==
        "HOME LANG LOGNAME PATH PYTHONHASHSEED SOURCE_DATE_EPOCH TMPDIR TZ USER ");
}

TEST_CASE("without isolation, secret files are in memory and go with the step") {
  SandboxFixture fixture(SandboxMode::Off);
  Spawn spawn = fixture.script("cat $SECRETS/key; echo; echo $SECRETS");
  spawn.secretFiles = {{"key", "hush"}};
  std::string out = fixture.run(spawn).out;
  REQUIRE(out.find("hush\n/dev/shm/") == 0);
  std::string folder = llvm::StringRef(out).drop_front(5).rtrim().str();
  CHECK(!exists(folder));
}

TEST_CASE("without isolation, an image is refused") {
  SandboxFixture fixture(SandboxMode::Off);
  Spawn spawn = fixture.script("true");
  spawn.imageRoot = fixture.temporary.folder("image");
  llvm::Expected<std::unique_ptr<StepRoot>> root = fixture.runner->open(spawn);
  REQUIRE(!root);
  CHECK(llvm::toString(root.takeError()).find("isolation") != std::string::npos);
}

TEST_CASE("what the machine can do is remembered, and asked for again when it may have changed") {
  TemporaryFolder folder;
  std::string record = folder.path + "/state/sandbox/isolation";
  auto isolation = [&](SandboxMode mode) {
    return require(makeSpawnRunner(mode, folder.path + "/state"))->isolation();
  };
  CHECK(isolation(SandboxMode::Auto) == Isolation::Full);
  std::string content = contentOf(record);
  CHECK(content.find("result full\n") != std::string::npos);
  CHECK(isolation(SandboxMode::Off) == Isolation::Scratch);
  CHECK(contentOf(record) == content);
  // Believed while the circumstances are the same …
  std::string scratch = content;
  scratch.replace(scratch.find("result full"), 11, "result scratch it cannot");
  folder.file("state/sandbox/isolation", scratch);
  CHECK(isolation(SandboxMode::Auto) == Isolation::Scratch);
  CHECK(isolation(SandboxMode::Strict) == Isolation::Full);
  // … and not when they differ, or when it is no record at all.
  for (const std::string& other : {"x" + scratch, std::string("garbage"), std::string()}) {
    folder.file("state/sandbox/isolation", other);
    CHECK(isolation(SandboxMode::Auto) == Isolation::Full);
    CHECK(contentOf(record) == content);
  }
}
