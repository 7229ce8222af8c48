// How large and how old the cache may get.
#pragma once

#include "runtime/cas/collection.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/configuration.h"

#include "llvm/Support/Error.h"

#include <chrono>
#include <optional>
#include <string>

namespace pipec::cli {

/// `--max-size`, `--max-age`.
std::vector<Option> cacheLimitOptions();

/// The options, else PIPEC_CACHE_SIZE and PIPEC_CACHE_AGE, else the configuration's `cache`, else
/// 20 GiB and 30 days.
llvm::Expected<cas::Limits> readCacheLimits(const Arguments& arguments,
                                            const Configuration& configuration);

/// `500MB`, `20GiB`, `4096`; `none` is no limit.
llvm::Expected<std::optional<uint64_t>> parseSize(llvm::StringRef text);

/// `12h`, `30d`; `none` is no limit.
llvm::Expected<std::optional<std::chrono::seconds>> parseAge(llvm::StringRef text);

/// A limit from the environment variable, else as configured; nullopt: nobody says.
std::optional<std::string> chosenLimit(const char* variable, const std::string& configured);

} // namespace pipec::cli
