// Reading how far a run is trusted, and what that implies.
#include "runtime/cli/trust.h"

#include "compiler/base/error.h"
#include "runtime/cli/user_folders.h"

namespace pipec::cli {

std::vector<Option> trustOptions() {
  return {{"trust", 0, "", "grant, for this run, all that the pipelines want (PIPEC_TRUST=1)"},
          {"untrusted", 0, "",
           "grant nothing, isolate, have no effects, and keep the results apart (PIPEC_TRUST=0)"}};
}

static llvm::Expected<TrustMode> modeOf(const Arguments& arguments) {
  bool all = arguments.has("trust"), nothing = arguments.has("untrusted");
  if (all && nothing)
    return base::usageError("`--trust` and `--untrusted` contradict each other");
  if (all || nothing)
    return all ? TrustMode::Everything : TrustMode::Nothing;
  llvm::StringRef given = environmentText("PIPEC_TRUST");
  if (given.empty())
    return TrustMode::Remembered;
  if (given == "1" || given == "0")
    return given == "1" ? TrustMode::Everything : TrustMode::Nothing;
  return base::usageError("PIPEC_TRUST is 1 or 0, not `" + given + "`");
}

llvm::Expected<Trust> Trust::read(const Arguments& arguments, const Workspace& workspace) {
  auto mode = modeOf(arguments);
  if (!mode)
    return mode.takeError();
  if (*mode != TrustMode::Remembered)
    return Trust(*mode);
  auto granted = readGrants(workspace);
  if (!granted)
    return granted.takeError();
  return Trust(*mode, std::move(*granted));
}

bool Trust::allows(const exec::Wish& wish) const {
  return mode_ == TrustMode::Everything ||
         (mode_ == TrustMode::Remembered && granted_.count(wish) != 0);
}

std::string Trust::refusal() const {
  return isUntrusted() ? "an untrusted run is granted nothing"
                       : "nobody has granted that; `pipec trust` asks for it and remembers the "
                         "answer, `--trust` grants it for one run";
}

llvm::Error restrictUntrusted(const Trust& trust, const Arguments& arguments,
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
