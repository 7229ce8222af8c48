// Where what an action mentions is in the root that its commands see (docs/sandbox.md).
#pragma once

#include "compiler/plan/plan.h"

#include <string>

namespace pipec::plan {

/// `/i/1/main.c`: input number `index` (from 0).
std::string inputPath(const ActionSpec& spec, size_t index);
/// `/o/app.tgz`; of a deploy the file for its URL.
std::string outputPath(const ActionSpec& spec, size_t index);
/// The name below `/o` into which a deploy may write its URL.
inline constexpr llvm::StringLiteral UrlOutput = "url";
/// Below `/i`: the subject of the stable release, in a rollback.
std::string previousInput(const ActionSpec& spec);

} // namespace pipec::plan
