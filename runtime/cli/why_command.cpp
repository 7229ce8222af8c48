// `pipec why`: explains the last time of a node from the recorded fields of its keys.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/query.h"
#include "runtime/cli/tree_difference.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/plan/action_key.h"
#include "runtime/cache/action_cache.h"

namespace pipec::cli {

std::vector<Option> whyOptions() {
  return {{"execution", 0, "ID", "of that execution instead of the newest"}, formatOption()};
}

namespace {

/// One difference of the keys, with what is behind it if it is a folder.
struct ExplainedDifference {
  plan::FieldDifference field;
  std::vector<FileDifference> files;
};

struct Explanation {
  history::NodeFinding finding;
  std::vector<ExplainedDifference> differences;
  bool comparable = false; ///< both keys' fields are recorded
};

constexpr size_t FilesShown = 20;

} // namespace

/// The digest in the value `d HEX …` of a folder's field.
static std::optional<base::Digest> folderDigest(llvm::StringRef value) {
  if (!value.consume_front("d "))
    return std::nullopt;
  return base::Digest::fromHex(value.take_front(32));
}

static llvm::Error explainFolders(Query& query, std::vector<ExplainedDifference>& differences) {
  for (ExplainedDifference& difference : differences) {
    auto before = folderDigest(difference.field.before);
    auto after = folderDigest(difference.field.after);
    if (!before || !after)
      continue;
    auto store = query.store();
    if (!store)
      return store.takeError();
    auto files = compareTrees(**store, *before, *after);
    if (!files)
      return files.takeError();
    if (*files)
      difference.files = std::move(**files);
  }
  return llvm::Error::success();
}

static llvm::Expected<Explanation> explain(Query& query, history::NodeFinding finding,
                                           Streams& io) {
  Explanation explanation;
  explanation.finding = std::move(finding);
  const history::NodeRecord& node = explanation.finding.node;
  if (!node.result.key || !node.previousKey)
    return explanation;
  auto cache =
      cache::openActionCache(query.cache(), [&](llvm::StringRef message) { io.warning(message); });
  if (!cache)
    return cache.takeError();
  auto before = (*cache)->fields(*node.previousKey);
  if (!before)
    return before.takeError();
  auto after = (*cache)->fields(*node.result.key);
  if (!after)
    return after.takeError();
  if (!*before || !*after)
    return explanation;
  explanation.comparable = true;
  for (plan::FieldDifference& field : plan::compareFields(**before, **after))
    explanation.differences.push_back({std::move(field), {}});
  if (llvm::Error error = explainFolders(query, explanation.differences))
    return error;
  return explanation;
}

// ---- text ----------------------------------------------------------------------

static std::string shortDigest(const std::optional<cas::Content>& content) {
  return content ? content->digest.shortHex() : "";
}

/// `namesOnly`: of a pool, where the content of no file counts.
static void writeFile(llvm::raw_ostream& out, const FileDifference& file, llvm::StringRef below,
                      bool namesOnly) {
  out << "    " << report::printable(below) << (below.empty() ? "" : "/")
      << report::printable(file.path);
  if (namesOnly)
    out << (!file.before ? " added" : !file.after ? " removed" : " is of another kind");
  else if (!file.before)
    out << " added: " << shortDigest(file.after);
  else if (!file.after)
    out << " removed, was " << shortDigest(file.before);
  else if (file.before->digest == file.after->digest)
    out << (file.after->kind == cas::EntryKind::Executable ? " became executable"
                                                           : " is of another kind");
  else
    out << " changed: " << shortDigest(file.before) << " → " << shortDigest(file.after);
  out << '\n';
}

static void writeText(llvm::raw_ostream& out, const Explanation& explanation) {
  const history::NodeRecord& node = explanation.finding.node;
  const exec::NodeResult& result = node.result;
  out << report::printable(node.label) << " (" << node.kind << "): "
      << (result.state == exec::NodeState::Succeeded ? "executed" : exec::stateName(result.state))
      << " in execution " << explanation.finding.execution.id << '\n';
  if (!result.reason.empty())
    out << "  because: " << report::printable(result.reason) << '\n';
  if (result.state == exec::NodeState::Cached && !result.execution.empty())
    out << "  made by: execution " << result.execution << '\n';
  if (result.key)
    out << "  key: " << result.key->hex() << '\n';
  if (!node.previousKey)
    return;
  out << "  the key before: " << node.previousKey->hex() << '\n';
  if (!explanation.comparable) {
    out << "  what that key was made of is no longer recorded\n";
    return;
  }
  for (const ExplainedDifference& difference : explanation.differences) {
    out << "  " << plan::describe(difference.field) << '\n';
    size_t shown = 0;
    bool namesOnly = llvm::StringRef(difference.field.tag).starts_with("pool[");
    for (const FileDifference& file : difference.files) {
      if (shown++ == FilesShown) {
        out << "    … and " << difference.files.size() - FilesShown << " more\n";
        break;
      }
      writeFile(out, file, difference.field.note, namesOnly);
    }
  }
}

// ---- JSON ----------------------------------------------------------------------

static void writeDifference(llvm::json::OStream& json, const ExplainedDifference& difference) {
  using Kind = plan::FieldDifference::Kind;
  Kind kind = difference.field.kind;
  json.attribute("field", base::jsonText(difference.field.tag));
  json.attribute("change", kind == Kind::Added     ? "added"
                           : kind == Kind::Removed ? "removed"
                                                   : "changed");
  json.attribute("before", base::jsonText(difference.field.before));
  json.attribute("after", base::jsonText(difference.field.after));
  json.attribute("name", base::jsonText(difference.field.note));
  json.attribute("text", base::jsonText(plan::describe(difference.field)));
  json.attributeArray("files", [&] {
    for (const FileDifference& file : difference.files)
      json.object([&] {
        json.attribute("path", base::jsonText(file.path));
        json.attribute("before", file.before ? file.before->digest.hex() : "");
        json.attribute("after", file.after ? file.after->digest.hex() : "");
      });
  });
}

static void writeJson(llvm::json::OStream& json, const Explanation& explanation) {
  const history::NodeRecord& node = explanation.finding.node;
  json.attribute("schema", "pipec.why/1");
  json.attribute("label", base::jsonText(node.label));
  json.attribute("kind", node.kind);
  json.attribute("execution", explanation.finding.execution.id);
  json.attribute("state", exec::stateName(node.result.state));
  json.attribute("reason", base::jsonText(node.result.reason));
  json.attribute("made_by", node.result.execution);
  json.attribute("key", node.result.key ? node.result.key->hex() : "");
  json.attribute("previous_key", node.previousKey ? node.previousKey->hex() : "");
  json.attributeArray("differences", [&] {
    for (const ExplainedDifference& difference : explanation.differences)
      json.object([&] { writeDifference(json, difference); });
  });
}

llvm::Expected<ExitCode> runWhy(Words words, Streams& io) {
  auto invocation = invokeSimple("why", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  auto target = singleTarget(arguments, "why");
  if (!target)
    return target.takeError();
  auto query = Query::open((*invocation)->common, io);
  if (!query)
    return query.takeError();
  // A skipped node has nothing to explain; the time before that has.
  auto wasDecided = [](const history::NodeRecord& node) {
    return node.result.state != exec::NodeState::Skipped;
  };
  auto found =
      (*query)->find(*target, arguments.value("execution"), wasDecided, "was never decided on");
  if (!found)
    return found.takeError();
  auto explanation = explain(**query, std::move(*found), io);
  if (!explanation)
    return explanation.takeError();
  if (*asJson)
    io.out << base::renderJson(
        [&](llvm::json::OStream& json) { json.object([&] { writeJson(json, *explanation); }); });
  else
    writeText(io.out, *explanation);
  return ExitCode::Success;
}

} // namespace pipec::cli
