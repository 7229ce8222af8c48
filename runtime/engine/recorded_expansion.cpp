// From recorded directories to the elements of lists.
#include "runtime/engine/recorded_expansion.h"

#include "runtime/exec/tree.h"

#include "llvm/ADT/StringMap.h"

namespace pipec::engine {

llvm::Error expandAsRecorded(plan::Plan& plan, plan::Expander& expander, history::History& history,
                             const history::Execution& execution, cas::ContentStore& store) {
  auto records = history.nodes(execution);
  if (!records)
    return records.takeError();
  llvm::StringMap<const history::NodeRecord*> byLabel;
  for (const history::NodeRecord& record : *records)
    byLabel[record.label] = &record;
  // Nodes that an expansion adds may be expansions, too.
  for (size_t i = 0; i < plan.nodes.size(); ++i) {
    plan::NodeId node = plan.nodes.idAt(i);
    const plan::Expansion* expansion = plan.nodes[node].expansion();
    if (!expansion || !expansion->of)
      continue;
    const history::NodeRecord* maker = byLabel.lookup(plan.nodes[expansion->of->node].label);
    if (!maker || expansion->of->output >= maker->result.outputs.size())
      continue;
    auto files = exec::matchingFiles(
        store, maker->result.outputs[expansion->of->output].content.digest, expansion->patterns);
    if (!files) {
      llvm::consumeError(files.takeError()); // it is no longer in the store
      continue;
    }
    auto growth = expander.expand(plan, node, *files);
    if (!growth)
      return growth.takeError();
  }
  return llvm::Error::success();
}

} // namespace pipec::engine
