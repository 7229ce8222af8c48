// Queries of the history.
#include "runtime/history/history.h"

#include "compiler/base/error.h"
#include "compiler/base/fingerprint.h"
#include "runtime/history/label_memory.h"
#include "runtime/history/liveness.h"
#include "runtime/history/node_codec.h"
#include "runtime/history/open.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

namespace pipec::history {

llvm::StringRef stateName(ExecutionState state) {
  switch (state) {
  case ExecutionState::Running:
    return "running";
  case ExecutionState::Succeeded:
    return "succeeded";
  case ExecutionState::Failed:
    return "failed";
  case ExecutionState::Held:
    return "held";
  case ExecutionState::Stopped:
    return "stopped";
  case ExecutionState::Superseded:
    return "superseded";
  }
  llvm_unreachable("an execution state without a name");
}

bool NodeRecord::isCalled(llvm::StringRef name) const {
  return label == name || llvm::is_contained(aliases, name);
}

History::History(std::optional<db::Database> database, std::unique_ptr<Liveness> liveness,
                 Access access, Warn warn)
    : database_(std::move(database)), liveness_(std::move(liveness)), warn_(std::move(warn)),
      readOnly_(access != Access::Record) {}

History::~History() = default;

void History::giveUp(llvm::Error error) {
  std::lock_guard lock(mutex_);
  std::string text = base::describe(std::move(error)).second;
  if (database_ && database_->damaged() && !readOnly_) {
    std::string path = database_->path();
    database_.reset();
    warn_(moveAside(path));
  } else {
    warn_(text + (readOnly_ ? "" : "; this execution is not recorded"));
  }
  database_.reset();
}

LabelMemory& History::labelMemory(const plan::Plan& plan) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<LabelMemory>& memory = memories_[{plan.module, plan.pipeline}];
  if (!memory)
    memory = std::make_unique<LabelMemory>(*this, plan.module, plan.pipeline);
  return *memory;
}

exec::Memory& History::memory(const plan::Plan& plan) {
  return labelMemory(plan);
}

bool History::knewAtStart(const plan::Plan& plan, llvm::StringRef label, const base::Digest& key) {
  return labelMemory(plan).keyAtStart(label) == key;
}

// ---- executions ---------------------------------------------------------------

static llvm::Error readRequest(llvm::StringRef bytes, Request& request) {
  auto fields = base::decodeFields(bytes);
  if (!fields)
    return fields.takeError();
  for (base::Field& field : *fields) {
    if (field.tag == "target")
      request.targets.push_back(std::move(field.value));
    request.noDeploy |= field.tag == "no-deploy";
  }
  return llvm::Error::success();
}

static llvm::Error readParameters(llvm::StringRef bytes, Execution& execution) {
  auto fields = base::decodeFields(bytes);
  if (!fields)
    return fields.takeError();
  for (base::Field& field : *fields)
    execution.parameters.push_back({std::move(field.tag), std::move(field.value)});
  return llvm::Error::success();
}

llvm::Expected<std::vector<Execution>>
History::readExecutions(llvm::StringRef column, llvm::StringRef value, size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<Execution> executions;
  if (!database_)
    return executions;
  std::string condition = column.empty() ? "?1 = ''" : (column + " = ?1").str();
  auto read = database_->prepare("SELECT number, id, module, pipeline, parameters, state, started, "
                                 "ended, request, process FROM executions WHERE " +
                                 condition + " ORDER BY number DESC LIMIT ?2");
  if (!read)
    return read.takeError();
  llvm::Error problem = llvm::Error::success();
  auto add = [&](const db::Row& row) {
    Execution execution;
    execution.number = row.integer(0);
    execution.id = row.text(1).str();
    execution.module = row.text(2).str();
    execution.pipeline = row.text(3).str();
    problem = llvm::joinErrors(std::move(problem), readParameters(row.blob(4), execution));
    execution.state = static_cast<ExecutionState>(row.integer(5));
    execution.started = row.integer(6);
    execution.ended = row.integer(7);
    if (!row.isNull(8))
      problem = llvm::joinErrors(std::move(problem), readRequest(row.blob(8), execution.request));
    execution.process = row.text(9).str();
    if (execution.state == ExecutionState::Running && !liveness_->isHeld(execution.number))
      execution.state = ExecutionState::Stopped;
    executions.push_back(std::move(execution));
  };
  llvm::Error error =
      read->each(add, value, static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX)));
  if (llvm::Error all = llvm::joinErrors(std::move(problem), std::move(error)))
    return all;
  return executions;
}

llvm::Expected<std::vector<Execution>> History::executions(llvm::StringRef pipeline, size_t limit) {
  return readExecutions(pipeline.empty() ? "" : "pipeline", pipeline, limit);
}

llvm::Expected<std::optional<Execution>> History::execution(llvm::StringRef id) {
  auto found = readExecutions("id", id, 1);
  if (!found)
    return found.takeError();
  return found->empty() ? std::nullopt : std::optional(std::move(found->front()));
}

llvm::Expected<std::vector<Execution>> History::matching(llvm::StringRef text) {
  auto [id, attempt] = text.split('.');
  auto found = readExecutions("substr(id, 1, length(?1))", id, SIZE_MAX);
  if (!found || id.empty())
    return id.empty() ? std::vector<Execution>() : std::move(found);
  std::vector<Execution> matches;
  for (Execution& candidate : *found) {
    AttemptName name = AttemptName::of(candidate.id);
    bool isWanted = attempt.empty() ? llvm::none_of(matches,
                                                    [&](const Execution& newer) {
                                                      return AttemptName::of(newer.id).execution ==
                                                             name.execution;
                                                    })
                                    : attempt == std::to_string(name.number);
    if (isWanted)
      matches.push_back(std::move(candidate));
  }
  return matches;
}

llvm::Expected<std::vector<Execution>> History::attempts(llvm::StringRef execution) {
  auto found = readExecutions("substr(id, 1, length(?1))", execution, SIZE_MAX);
  if (!found)
    return found;
  llvm::erase_if(*found, [&](const Execution& candidate) {
    return AttemptName::of(candidate.id).execution != execution;
  });
  std::reverse(found->begin(), found->end());
  return found;
}

// ---- nodes --------------------------------------------------------------------

/// Calls `use` for the nodes of an execution; with `name`, only for those in chunks that have the
/// text of it and are not in `seen`, to which they are added.
llvm::Error History::eachNode(const Execution& execution, llvm::StringRef name,
                              std::set<base::Digest>* seen,
                              llvm::function_ref<void(NodeRecord)> use) {
  auto readChunks = database_->prepare("SELECT chunks FROM executions WHERE number = ?1");
  if (!readChunks)
    return readChunks.takeError();
  bool ended = false;
  std::string chunks;
  auto take = [&](const db::Row& row) {
    ended = !row.isNull(0);
    chunks = row.blob(0).str();
  };
  auto found = readChunks->first(take, execution.number);
  if (!found)
    return found.takeError();
  llvm::Error problem = llvm::Error::success();
  auto decode = [&](const db::Row& row) {
    if (row.blob(0).contains(name))
      problem = llvm::joinErrors(std::move(problem), decodeNodes(row.blob(0), use));
  };
  if (!ended) {
    auto read = database_->prepare("SELECT node FROM progress WHERE execution = ?1 ORDER BY rowid");
    llvm::Error error = read ? read->each(decode, execution.number) : read.takeError();
    return llvm::joinErrors(std::move(problem), std::move(error));
  }
  auto read = database_->prepare("SELECT nodes FROM chunks WHERE digest = ?1");
  if (!read)
    return llvm::joinErrors(std::move(problem), read.takeError());
  bool areDigests = chunks.size() % 2 == 1 && chunks.front() == DigestsFollow;
  PieceReader digests(llvm::StringRef(chunks).drop_front(areDigests));
  while (!digests.atEnd()) {
    base::Digest digest = areDigests ? digests.digest() : digests.oldName();
    if (seen && !seen->insert(digest).second)
      continue;
    auto has = read->first(decode, digest);
    if (!has)
      return llvm::joinErrors(std::move(problem), has.takeError());
    if (!*has)
      return llvm::joinErrors(std::move(problem),
                              base::worldError("`" + database_->path() + "`: execution " +
                                               execution.id + " has lost some of its nodes"));
  }
  return problem;
}

llvm::Expected<std::vector<NodeRecord>> History::nodes(const Execution& execution,
                                                       std::set<base::Digest>* seen) {
  std::lock_guard lock(mutex_);
  std::vector<NodeRecord> nodes;
  if (!database_)
    return nodes;
  auto add = [&](NodeRecord node) { nodes.push_back(std::move(node)); };
  if (llvm::Error error = eachNode(execution, "", seen, add))
    return error;
  return nodes;
}

llvm::Expected<std::optional<NodeFinding>>
History::latest(llvm::StringRef label, llvm::StringRef module,
                llvm::function_ref<bool(const NodeRecord&)> accept) {
  std::lock_guard lock(mutex_);
  // Labels begin with the name of their pipeline.
  auto candidates =
      executions(label.take_while([](char c) { return c != '.' && c != '/' && c != '['; }));
  if (!candidates)
    return candidates.takeError();
  std::set<base::Digest> seen;
  std::optional<NodeRecord> match;
  auto check = [&](NodeRecord node) {
    if (!match && node.isCalled(label) && accept(node))
      match = std::move(node);
  };
  for (Execution& execution : *candidates) {
    if (!module.empty() && execution.module != module)
      continue;
    if (llvm::Error error = eachNode(execution, label, &seen, check))
      return error;
    if (match)
      return NodeFinding{std::move(execution), std::move(*match)};
  }
  return std::nullopt;
}

} // namespace pipec::history
