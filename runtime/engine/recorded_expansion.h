// Expanding a plan's lists of run-time length by what is recorded, without building anything.
#pragma once

#include "compiler/plan/expander.h"
#include "runtime/cas/content_store.h"
#include "runtime/history/history.h"

#include "llvm/Support/Error.h"

namespace pipec::engine {

/// Adds to `plan` the nodes that its lists consisted of in `execution`, as far as the directories
/// are recorded there and in the store. Lists that are not known stay as they are, and so does what
/// fails for an element: whoever builds is told.
llvm::Error expandAsRecorded(plan::Plan& plan, plan::Expander& expander, history::History& history,
                             const history::Execution& execution, cas::ContentStore& store);

} // namespace pipec::engine
