// Release: a deploy with all that is needed to run it again, long after the pipeline has changed.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/exec/step.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::environment {

struct Release {
  base::Digest id;          ///< plan::computeRelease
  exec::BoundAction action; ///< its spec, and the contents of all it mentions
  /// Folders of the environment as its declaration wrote them on that day.
  std::vector<std::string> paths;
  std::vector<std::string> secretsFrom;
  std::string environmentUrl;
  std::vector<std::string> deploymentUrls; ///< of the deployments it was given
  std::string url;       ///< of the deployment: what it wrote to its `out`, else `environmentUrl`
  std::string execution; ///< that last put it there
  int64_t created = 0;   ///< when it last did, milliseconds since the epoch
};

/// All of it but `id`, `url`, `execution` and `created`, as JSON; the format is described in
/// release.cpp. `decodeRelease` fails on anything `encodeRelease` did not write.
std::string encodeRelease(const Release& release);
llvm::Expected<Release> decodeRelease(llvm::StringRef json);

} // namespace pipec::environment
