// Recording an execution while it runs, and when it has ended.
#include "compiler/base/error.h"
#include "compiler/base/fast_hash.h"
#include "compiler/base/fingerprint.h"
#include "runtime/history/history.h"
#include "runtime/history/label_memory.h"
#include "runtime/history/liveness.h"
#include "runtime/history/node_codec.h"

#include <chrono>

namespace pipec::history {

static int64_t now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Whether the record says something that no earlier one has.
static bool hasActed(const exec::NodeResult& result) {
  switch (result.state) {
  case exec::NodeState::Succeeded:
  case exec::NodeState::Failed:
  case exec::NodeState::Flaky:
  case exec::NodeState::Superseded:
    return true;
  default:
    return false;
  }
}

class History::RecorderImpl final : public Recorder {
public:
  RecorderImpl(History& history, const plan::Plan& plan, llvm::StringRef id, const Request& request,
               llvm::StringRef process)
      : history_(history), plan_(plan), memory_(history.labelMemory(plan)) {
    records_.resize(plan_.nodes.size());
    std::lock_guard lock(history_.mutex_);
    if (history_.database_ && !history_.readOnly_)
      if (llvm::Error error = begin(id, request, process))
        history_.giveUp(std::move(error));
  }
  ~RecorderImpl() override {
    if (number_ != 0)
      history_.liveness_->release(number_);
  }

  void nodeFinished(plan::NodeId node, const exec::NodeResult& result) override;
  void nodeRemade(plan::NodeId node, const exec::NodeResult& result) override {
    nodeFinished(node, result);
  }
  void finish(ExecutionState state) override;

private:
  llvm::Error begin(llvm::StringRef id, const Request& request, llvm::StringRef process);
  llvm::Error end(ExecutionState state);
  llvm::Expected<std::string> writeChunks();

  History& history_;
  const plan::Plan& plan_;
  LabelMemory& memory_;
  int64_t number_ = 0;               ///< 0: nothing is recorded
  std::vector<std::string> records_; ///< of each node, once it has finished
  std::optional<db::Statement> progress_;
};

static std::string encodeRequest(const Request& request) {
  std::vector<base::Field> fields;
  for (const std::string& target : request.targets)
    fields.push_back({"target", target, ""});
  if (request.noDeploy)
    fields.push_back({"no-deploy", "", ""});
  return base::encodeFields(fields);
}

llvm::Error History::RecorderImpl::begin(llvm::StringRef id, const Request& request,
                                         llvm::StringRef process) {
  std::vector<base::Field> parameters;
  for (const plan::Parameter& parameter : plan_.parameters)
    parameters.push_back({parameter.name, parameter.value, ""});
  auto transaction = db::Transaction::begin(*history_.database_);
  if (!transaction)
    return transaction.takeError();
  auto write = history_.database_->prepare(
      "INSERT INTO executions (id, module, pipeline, parameters, state, started, request, process) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!write)
    return write.takeError();
  if (llvm::Error error =
          write->execute(id, plan_.module, plan_.pipeline, db::Blob{base::encodeFields(parameters)},
                         static_cast<int>(ExecutionState::Running), now(),
                         db::Blob{encodeRequest(request)}, process))
    return error;
  int64_t inserted = history_.database_->lastInsertId();
  auto insert = history_.database_->prepare("INSERT INTO progress VALUES (?1, ?2)");
  if (!insert)
    return insert.takeError();
  progress_ = std::move(*insert);
  // Before anyone can see the row: it would look like one of a dead process.
  history_.liveness_->hold(inserted);
  if (llvm::Error error = transaction->commit()) {
    history_.liveness_->release(inserted);
    return error;
  }
  number_ = inserted;
  return llvm::Error::success();
}

void History::RecorderImpl::nodeFinished(plan::NodeId node, const exec::NodeResult& result) {
  std::lock_guard lock(history_.mutex_);
  if (number_ == 0 || !history_.database_)
    return;
  const plan::Node& what = plan_.nodes[node];
  if (result.key && exec::isSuccess(result.state)) {
    memory_.rememberKey(what.label, *result.key);
    if (hasActed(result))
      memory_.rememberDuration(what.label, result.durationMs);
  } else if (result.key && result.state == exec::NodeState::Failed && !result.execution.empty()) {
    // With --fail-on-miss a node fails without having run.
    memory_.rememberFailure(what.label, *result.key);
  }
  std::optional<base::Digest> previous = result.key ? memory_.keyAtStart(what.label) : std::nullopt;
  if (previous == result.key)
    previous.reset();
  if (records_.size() <= node.index)
    records_.resize(plan_.nodes.size()); // the plan has grown
  std::string& record = records_[node.index];
  llvm::StringRef stage =
      what.stage.valid() ? llvm::StringRef(plan_.stages[what.stage].name) : llvm::StringRef();
  encodeNode(what, stage, result, previous, record);
  if (hasActed(result) && !what.isTree())
    if (llvm::Error error = progress_->execute(number_, db::Blob{record}))
      history_.giveUp(std::move(error));
}

/// The digests of the execution's chunks, which are in the database then.
llvm::Expected<std::string> History::RecorderImpl::writeChunks() {
  auto write = history_.database_->prepare("INSERT OR IGNORE INTO chunks VALUES (?1, ?2)");
  if (!write)
    return write.takeError();
  static constexpr uint64_t BoundaryMask = 63; // chunks of 64 nodes on average
  std::string digests(1, DigestsFollow);
  std::string chunk;
  for (uint32_t i = 0; i < records_.size(); ++i) {
    chunk += records_[i];
    bool boundary =
        (base::checksumOf(plan_.nodes[plan_.nodes.idAt(i)].label).low & BoundaryMask) == 0;
    if (chunk.empty() || (!boundary && i + 1 < records_.size()))
      continue;
    base::Digest digest = base::digestOf(chunk);
    if (llvm::Error error = write->execute(digest, db::Blob{chunk}))
      return error;
    putDigest(digests, digest);
    chunk.clear();
  }
  return digests;
}

llvm::Error History::RecorderImpl::end(ExecutionState state) {
  progress_.reset();
  auto transaction = db::Transaction::begin(*history_.database_);
  if (!transaction)
    return transaction.takeError();
  auto chunks = writeChunks();
  if (!chunks)
    return chunks.takeError();
  auto update = history_.database_->prepare(
      "UPDATE executions SET state = ?2, ended = ?3, chunks = ?4 WHERE number = ?1");
  if (!update)
    return update.takeError();
  if (llvm::Error error =
          update->execute(number_, static_cast<int>(state), now(), db::Blob{*chunks}))
    return error;
  auto forget = history_.database_->prepare("DELETE FROM progress WHERE execution = ?1");
  if (!forget)
    return forget.takeError();
  if (llvm::Error error = forget->execute(number_))
    return error;
  if (llvm::Error error = memory_.save(*history_.database_))
    return error;
  return transaction->commit();
}

void History::RecorderImpl::finish(ExecutionState state) {
  assert(state != ExecutionState::Running);
  std::lock_guard lock(history_.mutex_);
  if (number_ == 0)
    return;
  if (history_.database_)
    if (llvm::Error error = end(state))
      history_.giveUp(std::move(error));
  history_.liveness_->release(number_);
  number_ = 0;
}

std::unique_ptr<Recorder> History::begin(const plan::Plan& plan, llvm::StringRef id,
                                         const Request& request, llvm::StringRef process) {
  return std::make_unique<RecorderImpl>(*this, plan, id, request, process);
}

} // namespace pipec::history
