// The parameters of pipelines as options of a command.
#pragma once

#include "runtime/cli/arguments.h"
#include "runtime/engine/program.h"

#include <vector>

namespace pipec::cli {

/// The options that the pipelines' parameters are. Of parameters with one name, the first's text.
std::vector<Option> parameterOptions(llvm::ArrayRef<engine::Selection> selections);

/// What `arguments`, which were read with parameterOptions(), give of them.
std::vector<plan::Parameter> parametersOf(const driver::PipelineInfo& pipeline,
                                          const Arguments& arguments);

} // namespace pipec::cli
