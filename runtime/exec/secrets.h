// Secrets of an action: from names to values, just before a step runs.
#pragma once

#include "runtime/exec/build.h"
#include "runtime/exec/step.h"

namespace pipec::exec {

/// The variable of the environment in which `secret("aws/www")` is looked up:
/// `PIPEC_SECRET_AWS_WWW`.
std::string secretVariable(llvm::StringRef name);

/// Fills `options.secrets` and `options.secretFiles`. A failure names the first secret that is not
/// there, and how to provide it.
llvm::Expected<std::optional<StepFailure>> provideSecrets(const plan::Node& node,
                                                          SecretStore& store, StepOptions& options);

} // namespace pipec::exec
