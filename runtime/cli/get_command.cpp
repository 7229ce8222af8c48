// `pipec get`: copies an artifact or a report out of the store.
#include "runtime/cli/command.h"
#include "runtime/cli/query.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <unistd.h>

namespace pipec::cli {

std::vector<Option> getOptions() {
  return {
      {"output", 'o', "PATH", "where to write; - is standard output, for a file"},
      {"report", 0, "", "the folder that a test left in ${report}"},
      {"execution", 0, "ID", "of that execution instead of the newest"},
  };
}

static llvm::Error gone(const cas::Content& content) {
  return base::worldError("content " + content.digest.shortHex() +
                          " is no longer in the store; `pipec build` makes it again");
}

static llvm::Error writeToStandardOutput(cas::ContentStore& store, const cas::Content& content,
                                         Streams& io) {
  if (content.kind == cas::EntryKind::Directory)
    return base::usageError("a folder cannot be written to standard output");
  io.out.setContent(StreamContent::Bytes);
  auto found = store.pieces(content.digest, [&](llvm::StringRef piece) { io.out << piece; });
  io.out.setContent(StreamContent::Text);
  if (!found)
    return found.takeError();
  return *found ? llvm::Error::success() : gone(content);
}

/// A file replaces a file and goes into a folder, as with `cp`; a folder replaces an empty one.
static llvm::Expected<std::string> placeFor(const cas::Content& content, llvm::StringRef wanted,
                                            llvm::function_ref<std::string()> fileName) {
  auto files = base::makeRealFileSystem();
  bool isFolder = content.kind == cas::EntryKind::Directory;
  std::string path = wanted.str();
  auto status = files->status(path);
  if (!status)
    return status.takeError();
  if (*status && (*status)->kind == base::FileKind::Directory && !isFolder) {
    llvm::SmallString<256> inside(wanted);
    llvm::sys::path::append(inside, fileName());
    path = inside.str().str();
    status = files->status(path);
    if (!status)
      return status.takeError();
  }
  if (!*status)
    return path;
  if (isFolder) {
    if ((*status)->kind != base::FileKind::Directory)
      return base::usageError("`" + path + "` is there already, and is not a folder");
    auto entries = files->list(path);
    if (!entries)
      return entries.takeError();
    if (!entries->empty())
      return base::usageError("the folder `" + path + "` is not empty; name one that is not there");
  } else if ((*status)->kind != base::FileKind::Regular) {
    return base::usageError("`" + path + "` is there already, and is not a file");
  }
  return path;
}

static llvm::Error copyOut(cas::ContentStore& store, const cas::Content& content,
                           const std::string& path) {
  auto done = store.restoreTo(content, path);
  if (!done)
    return done.takeError();
  return *done ? llvm::Error::success() : gone(content);
}

static llvm::Expected<RecordedArtifact> report(Query& query, const engine::Target& target,
                                               const std::optional<std::string>& execution) {
  auto hasReport = [](const history::NodeRecord& node) { return node.result.report.has_value(); };
  auto found = query.find(target, execution, hasReport, "has no report");
  if (!found)
    return found.takeError();
  cas::Content content = *found->node.result.report;
  return RecordedArtifact{std::move(*found), content};
}

/// The newest success may be older than the last try; whoever gets it should know.
static llvm::Error tellIfOlder(Query& query, const engine::Target& target,
                               const RecordedArtifact& artifact, Streams& io) {
  auto last = query.find(
      target, std::nullopt, [](const history::NodeRecord&) { return true; }, "");
  if (!last)
    return last.takeError();
  exec::NodeState state = last->node.result.state;
  if (last->execution.id != artifact.from.execution.id && !exec::isSuccess(state))
    io.warning("this is from execution " + artifact.from.execution.id + "; in the last one, " +
               last->execution.id + ", `" + target.typed + "` is " + exec::stateName(state));
  return llvm::Error::success();
}

llvm::Expected<ExitCode> runGet(Words words, Streams& io) {
  auto invocation = invokeQuery("get", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto target = singleTarget(arguments, "get");
  if (!target)
    return target.takeError();
  auto wanted = arguments.value("output");
  if (!wanted || wanted->empty())
    return base::usageError("say where to write: `pipec get " + target->typed + " -o PATH`");
  Query& query = *(*invocation)->query;
  auto execution = arguments.value("execution");
  auto artifact = arguments.has("report") ? report(query, *target, execution)
                                          : query.artifact(*target, execution);
  if (!artifact)
    return artifact.takeError();
  if (!execution && !arguments.has("report"))
    if (llvm::Error error = tellIfOlder(query, *target, *artifact, io))
      llvm::consumeError(std::move(error)); // a label of a part has no record of its own
  auto store = query.store();
  if (!store)
    return store.takeError();
  if (*wanted == "-") {
    if (llvm::Error error = writeToStandardOutput(**store, artifact->content, io))
      return error;
    return ExitCode::Success;
  }
  auto path =
      placeFor(artifact->content, *wanted, [&] { return query.fileName(*target, *artifact); });
  if (!path)
    return path.takeError();
  if (llvm::Error error = copyOut(**store, artifact->content, *path))
    return error;
  return ExitCode::Success;
}

} // namespace pipec::cli
