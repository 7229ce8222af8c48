// Comparing keys, and putting what differs into words.
#include "runtime/exec/explain.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"
#include "compiler/base/time_text.h"
#include "runtime/exec/action.h"

namespace pipec::exec {

/// The digest in the value `d DIGEST …` of a folder's field.
static std::optional<base::Digest> folderDigest(llvm::StringRef value) {
  if (!value.consume_front("d "))
    return std::nullopt;
  return base::Digest::fromName(value.split(' ').first);
}

llvm::Expected<std::vector<ExplainedDifference>>
explainDifferences(cas::ContentStore& store, const std::vector<base::Field>& before,
                   const std::vector<base::Field>& after) {
  std::vector<ExplainedDifference> differences;
  for (plan::FieldDifference& field : plan::compareFields(before, after))
    differences.push_back({std::move(field), {}});
  for (ExplainedDifference& difference : differences) {
    auto old = folderDigest(difference.field.before);
    auto present = folderDigest(difference.field.after);
    if (!old || !present)
      continue;
    auto files = cas::compareTrees(store, *old, *present);
    if (!files)
      return files.takeError();
    if (*files)
      difference.files = std::move(**files);
  }
  return differences;
}

std::string describe(const cas::FileDifference& file, bool namesOnly) {
  auto digest = [](const std::optional<cas::Content>& side) { return side->digest.shortHex(); };
  if (namesOnly)
    return !file.before ? "added" : !file.after ? "removed" : "is of another kind";
  if (!file.before)
    return "added: " + digest(file.after);
  if (!file.after)
    return "removed, was " + digest(file.before);
  if (file.before->digest != file.after->digest)
    return "changed: " + digest(file.before) + " → " + digest(file.after);
  if (file.after->kind == cas::EntryKind::Executable)
    return "became executable";
  return file.before->kind == cas::EntryKind::Executable && file.after->kind == cas::EntryKind::File
             ? "is no longer executable"
             : "is of another kind";
}

std::vector<std::string> describe(llvm::ArrayRef<ExplainedDifference> differences) {
  std::vector<std::string> clauses;
  for (const ExplainedDifference& difference : differences) {
    if (difference.files.empty())
      clauses.push_back(plan::describe(difference.field));
    for (const cas::FileDifference& file : difference.files) {
      const std::string& folder = difference.field.note;
      std::string path = folder.empty() || folder == "." ? file.path : folder + "/" + file.path;
      clauses.push_back("`" + base::printable(path) + "` " +
                        describe(file, difference.namesOnly()));
    }
  }
  return clauses;
}

// ---- of a node ------------------------------------------------------------------

static std::string lossText(const cas::Loss& loss) {
  return (loss.kind == cas::Loss::Kind::Cleared ? "the cache was cleared at "
                                                : "its result was evicted from the cache at ") +
         base::timeText(loss.when);
}

std::string ActionExecutor::whyLost(plan::NodeId node, const base::Digest& key) {
  static constexpr const char* Unknown = "its result is no longer in the cache";
  auto result = world.cache.lookUp(key);
  if (!result) {
    llvm::consumeError(result.takeError());
    return Unknown;
  }
  if (!*result) {
    auto loss = world.store.lossOf(key);
    return loss ? lossText(*loss) : Unknown;
  }
  if (!isResultOf(plan.nodes[node].action(), **result))
    return "what the cache has for it is not what it makes, and was refused";
  std::vector<base::Digest> parts{(*result)->stdoutDigest, (*result)->stderrDigest};
  for (const cache::ActionOutput& output : (*result)->outputs)
    parts.push_back(output.content.digest);
  if ((*result)->report)
    parts.push_back((*result)->report->digest);
  for (const base::Digest& part : parts) {
    auto there = world.store.contains({cas::EntryKind::File, part});
    if (!there)
      llvm::consumeError(there.takeError());
    else if (auto loss = *there ? std::nullopt : world.store.lossOf(part);
             loss && loss->when >= (*result)->started)
      return lossText(*loss);
  }
  return "a part of its result is lost or damaged";
}

/// The difference to the key of the last time, which is another one.
Reason ActionExecutor::explainChange(const base::Digest& last,
                                     const std::vector<base::Field>& fields) {
  static constexpr const char* Unknown = "its key changed";
  auto before = world.cache.fields(last);
  if (!before || !*before) {
    llvm::consumeError(before.takeError());
    auto loss = world.store.lossOf(last);
    return loss ? Unknown + (", and " + lossText(*loss)) : Unknown;
  }
  auto differences = explainDifferences(world.store, **before, fields);
  if (!differences) {
    llvm::consumeError(differences.takeError());
    return Unknown;
  }
  std::vector<std::string> clauses = describe(*differences);
  if (clauses.empty())
    return Unknown;
  Reason why(clauses.front());
  if (clauses.size() > 1)
    why.text += " (and " + std::to_string(clauses.size() - 1) + " more)";
  clauses.resize(std::min(clauses.size(), Reason::MaxChanges));
  why.changes = std::move(clauses);
  return why;
}

Reason ActionExecutor::explain(plan::NodeId node, const base::Digest& key,
                               const std::vector<base::Field>& fields) {
  const std::string& label = plan.nodes[node].label;
  auto last = world.memory.lastKey(label);
  bool failed = world.memory.lastFailure(label) == key;
  Reason why = failed           ? Reason("it failed the last time")
               : !last          ? Reason("it has not run here before")
               : *last != key   ? explainChange(*last, fields)
               : options.force  ? Reason("--force")
               : isTraced(node) ? Reason("--trace")
                                : Reason(whyLost(node, key));
  if (failed && last && *last != key)
    why.changes = explainChange(*last, fields).changes;
  return why;
}

} // namespace pipec::exec
