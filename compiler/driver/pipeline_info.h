// What the command line has to know of the pipelines in a module.
#pragma once

#include "compiler/driver/compilation.h"

#include <vector>

namespace pipec::driver {

/// The pipelines that `module` declares, in textual order.
std::vector<PipelineInfo> pipelinesOf(const ast::ModuleGraph& graph, ast::ModuleId module,
                                      const diagnostics::SourceManager& sources);

} // namespace pipec::driver
