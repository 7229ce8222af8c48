// What the tests of the sandbox share.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include "compiler/base/file_system.h"

#include "llvm/Support/Path.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <dirent.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace pipec::sandbox {

void require(llvm::Error error) {
  if (error)
    FAIL(llvm::toString(std::move(error)));
}

static std::string makeTemporaryFolder() {
  std::string path = "/tmp/pipec-sandbox-test-XXXXXX";
  if (!::mkdtemp(path.data()))
    FAIL("cannot make a temporary folder");
  return path;
}

TemporaryFolder::TemporaryFolder() : path(makeTemporaryFolder()) {}

TemporaryFolder::~TemporaryFolder() {
  llvm::consumeError(base::removeTree(path));
}

std::string TemporaryFolder::file(llvm::StringRef name, llvm::StringRef content,
                                  unsigned mode) const {
  std::string place = path + "/" + name.str();
  require(base::makeDirectories(llvm::sys::path::parent_path(place)));
  std::ofstream(place, std::ios::binary) << content.str();
  ::chmod(place.c_str(), mode);
  return place;
}

std::string TemporaryFolder::folder(llvm::StringRef name) const {
  std::string place = path + "/" + name.str();
  require(base::makeDirectories(place));
  ::chmod(place.c_str(), 0755);
  return place;
}

std::string contentOf(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    FAIL("cannot read " << path);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

SandboxFixture::SandboxFixture(SandboxMode mode)
    : runner(require(makeSpawnRunner(mode, temporary.path + "/state"))) {}

Spawn SandboxFixture::spawn(std::vector<std::string> arguments) {
  std::string name = "step" + std::to_string(serial++);
  Spawn spawn;
  spawn.arguments = std::move(arguments);
  spawn.scratchDirectory = temporary.folder(name + "/scratch");
  spawn.outputDirectory = temporary.folder(name + "/o");
  spawn.stdoutPath = temporary.path + "/" + name + "/stdout";
  spawn.stderrPath = temporary.path + "/" + name + "/stderr";
  return spawn;
}

Spawn SandboxFixture::script(llvm::StringRef text) {
  return spawn({"sh", "-eu", "-c", text.str()});
}

Outcome SandboxFixture::run(StepRoot& root, const Spawn& spawn) {
  Outcome outcome;
  outcome.result = require(root.run(spawn));
  outcome.out = contentOf(spawn.stdoutPath);
  outcome.err = contentOf(spawn.stderrPath);
  return outcome;
}

Outcome SandboxFixture::run(const Spawn& spawn) {
  std::unique_ptr<StepRoot> root = require(runner->open(spawn));
  return run(*root, spawn);
}

std::string SandboxFixture::output(llvm::StringRef text,
                                   const std::function<void(Spawn&)>& change) {
  Spawn spawn = script(text);
  if (change)
    change(spawn);
  Outcome outcome = run(spawn);
  INFO(text.str());
  INFO(outcome.err);
  REQUIRE(outcome.result.status == SpawnStatus::Exited);
  REQUIRE(outcome.result.exitCode == 0);
  return llvm::StringRef(outcome.out).rtrim('\n').str();
}

std::string uniqueSeconds() {
  static std::atomic<unsigned> serial = 0;
  return std::to_string(100'000 + ::getpid()) + "." + std::to_string(7'000'000 + serial++);
}

unsigned processesWith(const std::string& text) {
  unsigned count = 0;
  DIR* stream = ::opendir("/proc");
  while (const dirent* entry = ::readdir(stream)) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
      continue;
    std::ifstream file(std::string("/proc/") + entry->d_name + "/cmdline", std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    count += content.str().find(text) != std::string::npos;
  }
  ::closedir(stream);
  return count;
}

bool eventually(const std::function<bool()>& condition) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::yield();
  }
  return true;
}

} // namespace pipec::sandbox
