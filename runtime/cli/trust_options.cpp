// Reading how far a run is trusted, and what that implies.
#include "runtime/cli/trust_options.h"

#include "compiler/base/error.h"
#include "runtime/workspace/grants.h"
#include "runtime/workspace/user_folders.h"

namespace pipec::cli {

std::vector<Option> trustOptions() {
  return {{"trust", 0, "", "grant, for this run, all that the pipelines want (PIPEC_TRUST=1)"},
          {"untrusted", 0, "",
           "grant nothing, isolate, have no effects, and keep the results apart (PIPEC_TRUST=0)"}};
}

static llvm::Expected<workspace::TrustMode> modeOf(const Arguments& arguments) {
  bool all = arguments.has("trust"), nothing = arguments.has("untrusted");
  if (all && nothing)
    return base::usageError("`--trust` and `--untrusted` contradict each other");
  if (all || nothing)
    return all ? workspace::TrustMode::Everything : workspace::TrustMode::Nothing;
  llvm::StringRef given = workspace::environmentText("PIPEC_TRUST");
  if (given.empty())
    return workspace::TrustMode::Remembered;
  if (given == "1" || given == "0")
    return given == "1" ? workspace::TrustMode::Everything : workspace::TrustMode::Nothing;
  return base::usageError("PIPEC_TRUST is 1 or 0, not `" + given + "`");
}

llvm::Expected<workspace::Trust> readTrust(const Arguments& arguments,
                                           const workspace::Workspace& workspace) {
  auto mode = modeOf(arguments);
  if (!mode)
    return mode.takeError();
  if (*mode != workspace::TrustMode::Remembered)
    return workspace::Trust(*mode);
  auto granted = workspace::readGrants(workspace);
  if (!granted)
    return granted.takeError();
  return workspace::Trust(*mode, std::move(*granted));
}

llvm::Error restrictUntrusted(const workspace::Trust& trust, const Arguments& arguments,
                              ExecutionSettings& settings) {
  if (!trust.isUntrusted())
    return llvm::Error::success();
  if (!settings.build.deployTo.empty())
    return base::usageError("an untrusted run has no effects, so it cannot be given `--deploy`");
  if (arguments.has("sandbox") && settings.sandbox != sandbox::SandboxMode::Strict)
    return base::usageError("an untrusted run is isolated, so `--sandbox` can only be `strict`");
  settings.sandbox = sandbox::SandboxMode::Strict;
  settings.build.noDeploy = true;
  settings.build.untrusted = true;
  return llvm::Error::success();
}

} // namespace pipec::cli
