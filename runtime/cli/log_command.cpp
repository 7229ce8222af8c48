// `pipec log`: what a node printed, byte for byte but on a terminal.
#include "runtime/cli/command.h"
#include "runtime/cli/query.h"

#include "compiler/base/error.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

std::vector<Option> logOptions() {
  return {{"execution", 0, "ID", "of that execution instead of the newest"}};
}

static llvm::Error copy(cas::ContentStore& store, const std::optional<base::Digest>& digest,
                        GuardedStream& out) {
  if (!digest)
    return llvm::Error::success();
  out.setContent(StreamContent::Output);
  auto found = store.pieces(*digest, [&](llvm::StringRef piece) { out << piece; });
  out.setContent(StreamContent::Text);
  if (!found)
    return found.takeError();
  if (!*found)
    return base::worldError("the log is no longer in the store");
  return llvm::Error::success();
}

/// Standard output to standard output, standard error to standard error.
static llvm::Error printLog(cas::ContentStore& store, const exec::NodeResult& result, Streams& io) {
  if (llvm::Error error = copy(store, result.stdoutDigest, io.out))
    return error;
  return copy(store, result.stderrDigest, io.err);
}

static bool hasLog(const history::NodeRecord& node) {
  return node.result.stdoutDigest || node.result.stderrDigest;
}

/// Every node of one execution that printed something, under its label.
static llvm::Error printAll(Query& query, const std::optional<std::string>& id, Streams& io) {
  auto execution = query.execution(id);
  if (!execution)
    return execution.takeError();
  auto nodes = query.history().nodes(*execution);
  if (!nodes)
    return nodes.takeError();
  auto store = query.store();
  if (!store)
    return store.takeError();
  const base::Digest nothing = base::emptyDigest();
  for (const history::NodeRecord& node : *nodes) {
    bool printed = node.result.stdoutDigest.value_or(nothing) != nothing ||
                   node.result.stderrDigest.value_or(nothing) != nothing;
    if (!printed)
      continue;
    io.err << io.style().bold("== " + report::printable(node.label)) << '\n';
    if (llvm::Error error = printLog(**store, node.result, io))
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<ExitCode> runLog(Words words, Streams& io) {
  auto invocation = invokeQuery("log", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  Query& query = *(*invocation)->query;
  auto execution = arguments.value("execution");
  if (arguments.words().empty()) {
    if (llvm::Error error = printAll(query, execution, io))
      return error;
    return ExitCode::Success;
  }
  auto target = singleTarget(arguments, "log");
  if (!target)
    return target.takeError();
  auto found = query.find(*target, execution, hasLog, "has no output");
  if (!found)
    return found.takeError();
  auto store = query.store();
  if (!store)
    return store.takeError();
  if (llvm::Error error = printLog(**store, found->node.result, io))
    return error;
  return ExitCode::Success;
}

} // namespace pipec::cli
