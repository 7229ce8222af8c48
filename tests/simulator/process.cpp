// What the commands of a simulated pipeline do to its site.
#include "tests/simulator/process.h"

#include <fstream>

namespace pipec::simulator {

struct Commands::Root final : sandbox::StepRoot {
  explicit Root(Commands& owner) : commands(owner) {}
  llvm::Expected<sandbox::SpawnResult> run(const sandbox::Spawn& spawn) override {
    return commands.execute(spawn);
  }
  llvm::Expected<bool> copyOut(llvm::StringRef, llvm::StringRef) override { return false; }
  llvm::Expected<std::vector<std::string>> resolve(const std::vector<std::string>& paths) override {
    return paths;
  }
  Commands& commands;
};

llvm::Expected<std::unique_ptr<sandbox::StepRoot>> Commands::open(const sandbox::Spawn&) {
  return std::make_unique<Root>(*this);
}

static uint64_t fenceOf(const sandbox::Spawn& spawn) {
  for (const sandbox::Variable& variable : spawn.environment)
    if (variable.name == "PIPEC_FENCE")
      return std::stoull(variable.value);
  return 0;
}

/// Puts a release there: before and after it others go on, and in the middle nobody knows what is
/// there.
llvm::Expected<int> Commands::change(const sandbox::Spawn& spawn, uint64_t fence) {
  if (llvm::Error error = process.step())
    return error;
  bool fails = chances.mayFail && rng() % 8 == 0;
  if (fails && rng() % 2)
    return 1;
  site.serves = Site::Torn;
  if (llvm::Error error = process.step())
    return error;
  if (fails)
    return 1;
  site.deployed(fence, spawn.arguments[1]);
  if (llvm::Error error = process.step())
    return error;
  return 0;
}

llvm::Expected<int> Commands::look(uint64_t fence) {
  std::string seen = site.serves;
  if (llvm::Error error = process.step())
    return error;
  site.expect(site.drifted || seen == site.serves, "what it serves changed under a test");
  bool passes = !chances.bad.count(seen) && !(chances.mayFail && rng() % 8 == 0);
  passes ? site.passed(fence) : site.failed(fence);
  return passes ? 0 : 1;
}

llvm::Expected<sandbox::SpawnResult> Commands::execute(const sandbox::Spawn& spawn) {
  const std::string& command = spawn.arguments[0];
  uint64_t fence = fenceOf(spawn);
  if (llvm::Error error = process.survive())
    return error;
  site.tell("  " + command + (spawn.arguments.size() > 1 ? " " + spawn.arguments[1] : "") +
            ", fence " + std::to_string(fence));
  site.enter(command, fence);
  std::string output = command + " says\n";
  llvm::Expected<int> code = 0;
  if (command == "probe")
    output = site.serves + "\n";
  else
    code = command == "test" ? look(fence) : change(spawn, fence);
  site.leave();
  if (!code)
    return code.takeError();
  std::ofstream(spawn.stdoutPath, std::ios::binary) << output;
  std::ofstream(spawn.stderrPath, std::ios::binary).flush();
  sandbox::SpawnResult result;
  result.exitCode = *code;
  return result;
}

} // namespace pipec::simulator
