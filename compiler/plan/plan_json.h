// Plan as canonical JSON: the golden tests' form of it.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/Support/JSON.h"

namespace pipec::plan {

/// One object. Same plan, same bytes; fields are only ever added. What is empty or has its default
/// is left out. An artifact is `node.output` (`"12.0"`), an Arg is as argText() has it.
void writeJson(llvm::json::OStream& json, const Plan& plan);

/// As a person reads it, with the paths that the step sees: `cp /i/1/main.c /o/out`.
std::string render(const Command& command, const ActionSpec& spec);

} // namespace pipec::plan
