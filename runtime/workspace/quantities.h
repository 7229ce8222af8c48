// Durations, sizes and ages, as settings and options have them.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace pipec::workspace {

/// `90s`, `10min`, `1h30min`, `250ms`, as the language writes them.
llvm::Expected<std::chrono::milliseconds> parseDuration(llvm::StringRef text);

/// `500MB`, `20GiB`, `4096`; `none` is no limit.
llvm::Expected<std::optional<uint64_t>> parseSize(llvm::StringRef text);

/// `12h`, `30d`; `none` is no limit.
llvm::Expected<std::optional<std::chrono::seconds>> parseAge(llvm::StringRef text);

} // namespace pipec::workspace
