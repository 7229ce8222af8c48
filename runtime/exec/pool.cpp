// Builds with pools: the second level of their look-ups.
//
// Under the key without pools the cache knows the sets of files that executions read. Each set,
// with the content that its files have now, gives a whole key; a result under one of those keys is
// what executing would make, since an execution that reads these files with this content is the one
// that made it. A header that was added, removed or became a folder changes the names, and so the
// key without pools.
#include "runtime/exec/action.h"
#include "runtime/exec/pool_reads.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::exec {

llvm::Expected<bool> ActionExecutor::addReads(plan::NodeId node, const cache::ReadSet& reads,
                                              plan::KeyContext& context) {
  const plan::ActionSpec& spec = plan.nodes[node].action();
  context.reads.clear();
  for (const cache::PoolFile& file : reads) {
    if (file.input >= spec.inputs.size() || !spec.inputs[file.input].pool)
      return false;
    const plan::ArtifactRef& artifact = spec.inputs[file.input].artifact;
    auto pool = poolIndexes.of(*content(artifact));
    if (!pool)
      return pool.takeError();
    auto found = (*pool)->entries.find(file.path);
    if (found == (*pool)->entries.end())
      return false;
    std::string name = nameOf(plan, artifact);
    if (!file.path.empty())
      name += "/" + file.path;
    context.reads.push_back({file.input,
                             file.path,
                             {keyKind(found->second.kind), found->second.digest, std::move(name)}});
  }
  return true;
}

llvm::Expected<std::optional<NodeResult>>
ActionExecutor::lookUpReads(plan::NodeId node, const plan::KeyContext& context) {
  const plan::ActionSpec& spec = plan.nodes[node].action();
  auto sets = world.cache.readSets(keyOf(spec, context));
  if (!sets)
    return sets.takeError();
  plan::KeyContext whole = context;
  for (const cache::ReadSet& reads : *sets) {
    auto complete = addReads(node, reads, whole);
    if (!complete)
      return complete.takeError();
    if (!*complete)
      continue;
    auto served = lookUp(node, keyOf(spec, whole));
    if (!served || *served)
      return served;
  }
  return std::nullopt;
}

/// The files that a recorded key says were read.
static cache::ReadSet readsOf(const std::vector<base::Field>& fields) {
  cache::ReadSet reads;
  for (const base::Field& field : fields) {
    llvm::StringRef tag = field.tag;
    if (!tag.consume_front("read."))
      continue;
    auto [number, path] = tag.split('/');
    uint32_t input = 0;
    if (!number.getAsInteger(10, input) && input > 0)
      reads.push_back({input - 1, path.str()});
  }
  return reads;
}

llvm::Error ActionExecutor::addLastReads(plan::NodeId node, plan::KeyContext& context) {
  auto last = world.memory.lastKey(plan.nodes[node].label);
  if (!last)
    return llvm::Error::success();
  auto fields = world.cache.fields(*last);
  if (!fields)
    return fields.takeError();
  if (!*fields)
    return llvm::Error::success();
  std::vector<plan::PoolRead> present;
  for (const cache::PoolFile& file : readsOf(**fields)) {
    auto complete = addReads(node, {file}, context);
    if (!complete)
      return complete.takeError();
    llvm::append_range(present, context.reads);
  }
  context.reads = std::move(present);
  return llvm::Error::success();
}

llvm::Error ActionExecutor::keepReads(plan::NodeId node, const cache::ReadSet& reads,
                                      plan::KeyContext& context) {
  const plan::ActionSpec& spec = plan.nodes[node].action();
  context.reads.clear();
  base::Digest key = keyOf(spec, context);
  auto complete = addReads(node, reads, context);
  if (!complete)
    return complete.takeError();
  if (*complete)
    return world.cache.storeReadSet(key, reads);
  // Without isolation a step can add files to its copy of a pool, and read them there: then what it
  // read is not known, and the pools count as a whole.
  cache::ReadSet whole;
  for (uint32_t index = 0; index < spec.inputs.size(); ++index)
    if (spec.inputs[index].pool)
      whole.push_back({index, ""});
  complete = addReads(node, whole, context);
  if (!complete)
    return complete.takeError();
  return world.cache.storeReadSet(key, whole);
}

} // namespace pipec::exec
