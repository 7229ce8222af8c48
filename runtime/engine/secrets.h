// Secrets: from the environment, then from the configured providers.
#pragma once

#include "runtime/exec/build.h"
#include "runtime/workspace/configuration.h"

#include <memory>
#include <vector>

namespace pipec::engine {

/// `secret("aws/www")` is `PIPEC_SECRET_AWS_WWW`, else what the first provider that has it says:
///   file     the string under that name in its JSON object;
///   command  its standard output without the last newline; exit code 0 and no output: it does not
///            have it. Any other exit code is an error that has its standard error, not its output.
/// Each secret is asked for once.
std::unique_ptr<exec::SecretStore>
makeSecretStore(std::vector<workspace::SecretProvider> providers);

} // namespace pipec::engine
