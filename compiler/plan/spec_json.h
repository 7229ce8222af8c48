// An ActionSpec as JSON and back, without loss: how a deploy is remembered after its plan is gone.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace pipec::plan {

/// One object. Ids (of nodes, environments) are those of the plan that the spec is from. Fields are
/// only ever added; one that a reader does not find has its default value. The format is described
/// in spec_json.cpp.
void writeJson(llvm::json::OStream& json, const ActionSpec& spec);

/// The reverse. An error names the field that is not what writeJson writes; so is an unknown one,
/// as leaving it out would change what the spec means.
llvm::Expected<ActionSpec> readActionSpec(const llvm::json::Value& json);

} // namespace pipec::plan
