// The runner with full isolation: a root of its own for every step.
#include "runtime/sandbox/helper_runner.h"
#include "runtime/sandbox/root_plan.h"
#include "runtime/sandbox/step_environment.h"

namespace pipec::sandbox {

namespace {

class LinuxRunner final : public HelperRunner {
public:
  explicit LinuxRunner(std::string stateDirectory)
      : HelperRunner(/*isolated=*/true, std::move(stateDirectory)) {}

  Isolation isolation() const override { return Isolation::Full; }

  std::string renderPath(const Spawn&, llvm::StringRef path) const override { return path.str(); }

  llvm::Expected<std::unique_ptr<StepRoot>> open(const Spawn& spawn) override {
    if (llvm::Error error = startHelper())
      return error;
    llvm::Expected<RootPlan> plan = planRoot(spawn);
    if (!plan)
      return plan.takeError();
    MessageWriter message(MessageKind::Open);
    message.number(/*isolated=*/1);
    message.number(spawn.nestedNamespaces);
    encodePlan(message, *plan);
    return openSlot(spawn, message, {"/w", "/tmp/home", "/tmp", SecretsFolder},
                    /*waitForEnd=*/false);
  }
};

} // namespace

std::unique_ptr<HelperRunner> makeIsolatedRunner(std::string stateDirectory) {
  return std::make_unique<LinuxRunner>(std::move(stateDirectory));
}

} // namespace pipec::sandbox
