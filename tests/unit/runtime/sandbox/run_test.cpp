// How a command runs and ends: both with full isolation and without.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace pipec::sandbox;

static const auto BothModes = {SandboxMode::Strict, SandboxMode::Off};

TEST_CASE("each way to end is told apart") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  CHECK(fixture.run(fixture.script("exit 0")).result.succeeded());
  Outcome failed = fixture.run(fixture.script("exit 137"));
  CHECK(failed.result.status == SpawnStatus::Exited);
  CHECK(failed.result.exitCode == 137);
  for (const char* name : {"KILL", "TERM", "ABRT", "SEGV"}) {
    Outcome killed = fixture.run(fixture.script(std::string("kill -") + name + " $$"));
    CHECK(killed.result.status == SpawnStatus::Signaled);
    CHECK(killed.result.signal != 0);
    CHECK(!killed.result.succeeded());
  }
  CHECK(fixture.run(fixture.script("kill -9 $$")).result.signal == 9);
}

TEST_CASE("a command that is missing, or cannot be executed, is told apart from one that fails") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  auto status = [&](const Spawn& spawn) { return fixture.run(spawn).result.status; };
  CHECK(status(fixture.spawn({"no-such-command"})) == SpawnStatus::CommandNotFound);
  CHECK(status(fixture.spawn({"/no/such/command"})) == SpawnStatus::CommandNotFound);
  CHECK(status(fixture.spawn({""})) == SpawnStatus::CommandNotFound);
  CHECK(status(fixture.spawn({"/etc/passwd"})) == SpawnStatus::NotExecutable);
  CHECK(status(fixture.spawn({"/usr/bin"})) == SpawnStatus::NotExecutable);
  Spawn script = fixture.spawn();
  script.inputs = {{"1/lost", fixture.temporary.file("lost", "#!/no/such/shell\n", 0755), false},
                   {"2/bare", fixture.temporary.file("bare", "echo x\n", 0755), false}};
  for (const char* path : {"/i/1/lost", "/i/2/bare"}) {
    script.arguments = {fixture.runner->renderPath(script, path)};
    CHECK(status(script) == SpawnStatus::NotExecutable);
  }
}

TEST_CASE("PATH of the step's environment is where commands are looked up") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.spawn({"hello"});
  spawn.inputs = {{"1/hello", fixture.temporary.file("t", "#!/bin/sh\necho hello\n", 0755), false}};
  CHECK(fixture.run(spawn).result.status == SpawnStatus::CommandNotFound);
  spawn.environment = {{"PATH", "/no:" + fixture.runner->renderPath(spawn, "/i/1") + ":/usr/bin"}};
  CHECK(fixture.run(spawn).out == "hello\n");
}

TEST_CASE("arguments arrive as they are") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::string large(120'000, 'a');
  Outcome outcome = fixture.run(
      fixture.spawn({"printf", "%s|", "", " a  b ", "\n", "'\"$HOME`", "-n", "\xff\xfe", large}));
  CHECK(outcome.out == "| a  b |\n|'\"$HOME`|-n|\xff\xfe|" + large + "|");
}

TEST_CASE("an argument that is too long for the kernel is an error, not a result") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.spawn({"true", std::string(200'000, 'a')});
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  llvm::Expected<SpawnResult> result = root->run(spawn);
  REQUIRE(!result);
  CHECK(llvm::toString(result.takeError()).find("`true`") != std::string::npos);
}

TEST_CASE("output is kept byte for byte, each stream in its file") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Outcome outcome =
      fixture.run(fixture.script("printf 'a\\0\\377\\r\\n'; printf 'no newline' >&2"));
  CHECK(outcome.out == std::string("a\0\377\r\n", 5));
  CHECK(outcome.err == "no newline");
  // Opened anew, as scripts like to, neither is cut off.
  outcome = fixture.run(fixture.script("echo 1 >&2; echo 2 > /dev/stderr; echo 3 >&2; "
                                       "echo 4; echo 5 > /dev/stdout; echo 6 >> /proc/self/fd/1"));
  CHECK(outcome.err == "1\n2\n3\n");
  CHECK(outcome.out == "4\n5\n6\n");
  CHECK(fixture.run(fixture.script("head -c 5000000 /dev/zero")).out.size() == 5'000'000);
}

TEST_CASE("both streams may go to one file, in the order written") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.script("for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done");
  spawn.stderrPath = spawn.stdoutPath;
  CHECK(fixture.run(spawn).out == "out1\nerr1\nout2\nerr2\nout3\nerr3\nout4\nerr4\nout5\nerr5\n");
}

TEST_CASE("a log file that cannot be written is an error that names it") {
  SandboxFixture fixture;
  Spawn spawn = fixture.script("echo x");
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  spawn.stdoutPath = fixture.temporary.path + "/no/log";
  llvm::Expected<SpawnResult> result = root->run(spawn);
  REQUIRE(!result);
  CHECK(llvm::toString(result.takeError()).find(spawn.stdoutPath) != std::string::npos);
  spawn.stdoutPath = "/dev/full";
  result = root->run(spawn);
  REQUIRE(!result);
  CHECK(llvm::toString(result.takeError()).find("No space left") != std::string::npos);
}

TEST_CASE("standard input is empty, and no other descriptor is inherited") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  int leak = ::open("/dev/null", O_RDONLY); // not close-on-exec
  Outcome outcome = fixture.run(fixture.spawn({"sh", "-c", "wc -c; ls /proc/self/fd | wc -l"}));
  ::close(leak);
  // The fourth is the one with which `ls` reads the folder.
  CHECK(outcome.out == "0\n4\n");
}

TEST_CASE("a step's outputs are on the host") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.script("echo out > $O/out; mkdir -p $O/dir/sub; ln -s sub $O/dir/link; "
                               "printf '#!/bin/sh\\n' > $O/tool; chmod +x $O/tool; echo r > $R/r");
  spawn.reportDirectory = fixture.temporary.folder("report");
  spawn.environment = {{"O", fixture.runner->renderPath(spawn, "/o")},
                       {"R", fixture.runner->renderPath(spawn, "/report")}};
  REQUIRE(fixture.run(spawn).result.succeeded());
  CHECK(contentOf(spawn.outputDirectory + "/out") == "out\n");
  CHECK(exists(spawn.outputDirectory + "/dir/link"));
  CHECK(::access((spawn.outputDirectory + "/tool").c_str(), X_OK) == 0);
  CHECK(contentOf(spawn.reportDirectory + "/r") == "r\n");
}

TEST_CASE("the number of CPUs is what was asked for") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  CHECK(fixture.output("nproc", [](Spawn& spawn) { spawn.cpus = 1; }) == "1");
  cpu_set_t set;
  REQUIRE(::sched_getaffinity(0, sizeof set, &set) == 0);
  CHECK(fixture.output("nproc") == std::to_string(CPU_COUNT(&set)));
}

TEST_CASE("what a step used is measured over its whole tree") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.script("(perl -e '$x = \"a\" x 50_000_000; "
                               "1 while (times)[0] + (times)[1] < 0.2')");
  SpawnResult result = fixture.run(spawn).result;
  CHECK(result.succeeded());
  CHECK(result.cpuTime >= std::chrono::milliseconds(200));
  CHECK(result.duration >= std::chrono::milliseconds(200));
  CHECK(result.peakMemory >= 50'000'000);
}

TEST_CASE("many threads run steps at once") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::vector<Spawn> spawns;
  for (int index = 0; index < 8 * 50; ++index) {
    spawns.push_back(fixture.script("echo " + std::to_string(index) + " | tee $OUT; cat x"));
    Spawn& spawn = spawns.back();
    spawn.environment = {{"OUT", fixture.runner->renderPath(spawn, "/o/out")}};
    spawn.work = {{"", fixture.temporary.path + "/layer"}};
    spawn.network = index % 10 == 0 ? Network::Host : Network::None;
  }
  fixture.temporary.file("layer/x", "x\n");
  std::vector<std::string> failures(8);
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (size_t index = thread; index < spawns.size(); index += 8) {
        llvm::Expected<std::unique_ptr<StepRoot>> root = fixture.runner->open(spawns[index]);
        llvm::Expected<SpawnResult> result =
            root ? (*root)->run(spawns[index]) : llvm::Expected<SpawnResult>(root.takeError());
        if (!result)
          failures[thread] += llvm::toString(result.takeError()) + "\n";
        else if (!result->succeeded())
          failures[thread] += "step " + std::to_string(index) + " failed\n";
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const std::string& failure : failures)
    CHECK(failure == "");
  for (size_t index = 0; index < spawns.size(); ++index) {
    CHECK(contentOf(spawns[index].stdoutPath) == std::to_string(index) + "\nx\n");
    CHECK(contentOf(spawns[index].outputDirectory + "/out") == std::to_string(index) + "\n");
  }
}

TEST_CASE("it works for an ordinary user as well") {
  if (::geteuid() != 0)
    return; // every other test shows it
  TemporaryFolder folder;
  ::chmod(folder.path.c_str(), 0777);
  pid_t child = ::fork();
  if (child == 0) {
    // Without the test framework: only this process's exit code counts.
    if (::setgid(54321) != 0 || ::setuid(54321) != 0)
      ::_exit(10);
    llvm::Expected<std::unique_ptr<SpawnRunner>> runner =
        makeSpawnRunner(SandboxMode::Strict, folder.path + "/state");
    if (!runner)
      ::_exit(11);
    Spawn spawn;
    spawn.arguments = {"sh", "-c",
                       "test $(id -u) = 1000 && echo x > /o/x && rm -r dir && ! touch /usr/x"};
    spawn.scratchDirectory = folder.folder("scratch");
    spawn.outputDirectory = folder.folder("o");
    spawn.stdoutPath = spawn.stderrPath = folder.path + "/log";
    folder.file("layer/dir/file", "x");
    spawn.work = {{"", folder.path + "/layer"}};
    llvm::Expected<std::unique_ptr<StepRoot>> root = (*runner)->open(spawn);
    if (!root)
      ::_exit(12);
    llvm::Expected<SpawnResult> result = (*root)->run(spawn);
    ::_exit(result && result->succeeded() ? 0 : 13);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(contentOf(folder.path + "/log") != "no such file");
  CHECK(contentOf(folder.path + "/o/x") == "x\n");
}

TEST_CASE("files that the commands left can be copied out, and paths be followed") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  Spawn spawn = fixture.script("echo made > file; ln -s file link; mkfifo pipe; mkdir folder;"
                               "ln -s $IN/1/deep/x in; ln -s loop loop");
  spawn.inputs = {{"1/deep", fixture.temporary.folder("store/deep"), true}};
  fixture.temporary.file("store/deep/x", "x\n");
  auto place = [&](llvm::StringRef path) { return fixture.runner->renderPath(spawn, path); };
  spawn.environment = {{"IN", place("/i")}};
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  REQUIRE(fixture.run(*root, spawn).result.succeeded());

  std::string copy = fixture.temporary.path + "/copy";
  for (const char* path : {"/w/none", "/w/pipe", "/w/folder", "/w/loop", "/w/file/x"}) {
    INFO(path);
    CHECK_FALSE(require(root->copyOut(place(path), copy)));
    CHECK_FALSE(exists(copy));
  }
  CHECK(require(root->copyOut(place("/w/link"), copy)));
  CHECK(contentOf(copy) == "made\n");

  std::vector<std::string> real = require(root->resolve(
      {place("/w/folder/.././link"), place("/w/in"), place("/w/loop"), place("/w/none"), ""}));
  CHECK(real == std::vector<std::string>{place("/w/file"), place("/i/1/deep/x"), "", "", ""});
  CHECK(require(root->resolve({})).empty());
  CHECK(fixture.run(*root, fixture.script("true")).result.succeeded());
}
