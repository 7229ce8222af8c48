// A node record: a set of flags, then its fields in the order below; what a flag says is not there
// takes no byte. States and kinds are text, so that no enumerator's number is written down.
#include "runtime/history/node_codec.h"

#include "compiler/base/error.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::history {

using exec::NodeResult;
using exec::NodeState;

// ---- pieces -------------------------------------------------------------------

void putNumber(std::string& bytes, uint64_t number) {
  while (number >= 0x80) {
    bytes += static_cast<char>(number | 0x80);
    number >>= 7;
  }
  bytes += static_cast<char>(number);
}

void putText(std::string& bytes, llvm::StringRef text) {
  putNumber(bytes, text.size());
  bytes.append(text.data(), text.size());
}

void putDigest(std::string& bytes, const base::Digest& digest) {
  assert(!digest.isOldName() && "nothing that is made now has an old name");
  bytes += digest.bytes();
}

llvm::StringRef PieceReader::take(size_t size) {
  if (size > rest_.size()) {
    failed = true;
    rest_ = {};
    return {};
  }
  llvm::StringRef piece = rest_.take_front(size);
  rest_ = rest_.drop_front(size);
  return piece;
}

uint64_t PieceReader::number() {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    llvm::StringRef byte = take(1);
    if (byte.empty())
      return 0;
    auto value = static_cast<unsigned char>(byte.front());
    number |= uint64_t{value & 0x7fu} << shift;
    if (value < 0x80)
      return number;
  }
  failed = true;
  return 0;
}

llvm::StringRef PieceReader::text() {
  return take(number());
}

base::Digest PieceReader::digest() {
  auto digest = base::Digest::fromBytes(take(base::Digest::BytesSize));
  failed |= !digest;
  return digest.value_or(base::Digest());
}

base::Digest PieceReader::oldName() {
  llvm::StringRef bytes = take(base::Digest::OldNameSize);
  return bytes.empty() ? base::Digest() : base::Digest::ofOldName(bytes);
}

// ---- records ------------------------------------------------------------------

namespace {
enum Flag : uint64_t {
  HasKey = 1 << 0,
  HasReport = 1 << 1,
  HasStdout = 1 << 2,
  HasStderr = 1 << 3,
  HasFailure = 1 << 4,
  HasPreviousKey = 1 << 5,
  RanResolve = 1 << 6,
  Tolerated = 1 << 7,
  Cancelled = 1 << 8,
  HasTimes = 1 << 9,       ///< started, duration, CPU time, peak memory
  HasDeployment = 1 << 10, ///< url, generation
  HasQuestion = 1 << 11,   ///< of a source
  HasEarlier = 1 << 12,    ///< attempts
  HasStage = 1 << 13,
  HasDigests = 1 << 14, ///< without it every digest is an old name
};

/// Reads one record, whose digests are all of one kind.
class RecordReader {
public:
  explicit RecordReader(PieceReader& from) : pieces(from), flags(from.number()) {}

  bool has(Flag flag) const { return flags & flag; }
  base::Digest digest() { return has(HasDigests) ? pieces.digest() : pieces.oldName(); }
  cas::Content content();

  PieceReader& pieces;

private:
  uint64_t flags;
};
} // namespace

static void putContent(std::string& bytes, const cas::Content& content) {
  switch (content.kind) {
  case cas::EntryKind::File:
    bytes += 'f';
    break;
  case cas::EntryKind::Executable:
    bytes += 'x';
    break;
  case cas::EntryKind::Symlink:
    bytes += 'l';
    break;
  case cas::EntryKind::Directory:
    bytes += 'd';
    break;
  }
  putDigest(bytes, content.digest);
}

static uint64_t flagsOf(const NodeResult& result, bool hasPreviousKey) {
  uint64_t flags = HasDigests;
  auto set = [&](Flag flag, bool value) { flags |= value ? uint64_t{flag} : 0; };
  set(HasKey, result.key.has_value());
  set(HasReport, result.report.has_value());
  set(HasStdout, result.stdoutDigest.has_value());
  set(HasStderr, result.stderrDigest.has_value());
  set(HasFailure, result.failure.has_value());
  set(HasPreviousKey, hasPreviousKey);
  set(RanResolve, result.ranResolve);
  set(Tolerated, result.tolerated);
  set(Cancelled, result.failure && result.failure->cancelled);
  set(HasTimes, result.started || result.durationMs || result.cpuMs || result.peakMemory);
  set(HasDeployment, !result.url.empty() || result.generation);
  set(HasQuestion, result.question.has_value());
  set(HasEarlier, !result.earlier.empty());
  return flags;
}

static void putAttempts(std::string& bytes, llvm::ArrayRef<exec::Attempt> attempts) {
  putNumber(bytes, attempts.size());
  for (const exec::Attempt& attempt : attempts) {
    putText(bytes, attempt.failure);
    putNumber(bytes, attempt.report.has_value());
    if (attempt.report)
      putContent(bytes, *attempt.report);
    putNumber(bytes, static_cast<uint64_t>(attempt.durationMs));
  }
}

void encodeNode(const plan::Node& node, llvm::StringRef stage, const NodeResult& result,
                const std::optional<base::Digest>& previousKey, std::string& bytes) {
  uint64_t flags = flagsOf(result, previousKey.has_value());
  if (!stage.empty())
    flags |= HasStage;
  putNumber(bytes, flags);
  putText(bytes, node.label);
  putNumber(bytes, node.aliases.size());
  for (const std::string& alias : node.aliases)
    putText(bytes, alias);
  putText(bytes, plan::kindName(node));
  putText(bytes, exec::stateName(result.state));
  putText(bytes, result.reason);
  putText(bytes, result.identity);
  putText(bytes, result.execution);
  putNumber(bytes, result.outputs.size());
  for (const cache::ActionOutput& output : result.outputs) {
    putText(bytes, output.name);
    putContent(bytes, output.content);
  }
  if (flags & HasKey)
    putDigest(bytes, *result.key);
  if (flags & HasPreviousKey)
    putDigest(bytes, *previousKey);
  if (flags & HasReport)
    putContent(bytes, *result.report);
  if (flags & HasStdout)
    putDigest(bytes, *result.stdoutDigest);
  if (flags & HasStderr)
    putDigest(bytes, *result.stderrDigest);
  if (flags & HasTimes)
    for (uint64_t number :
         {static_cast<uint64_t>(result.started), static_cast<uint64_t>(result.durationMs),
          static_cast<uint64_t>(result.cpuMs), result.peakMemory})
      putNumber(bytes, number);
  if (flags & HasDeployment) {
    putText(bytes, result.url);
    putNumber(bytes, result.generation);
  }
  if (flags & HasFailure) {
    putText(bytes, result.failure->code);
    putText(bytes, result.failure->message);
    putText(bytes, result.failure->location.file);
    putNumber(bytes, result.failure->location.line);
    putNumber(bytes, result.failure->location.column);
  }
  if (flags & HasQuestion)
    putDigest(bytes, *result.question);
  if (flags & HasEarlier)
    putAttempts(bytes, result.earlier);
  if (flags & HasStage)
    putText(bytes, stage);
}

static NodeState readState(PieceReader& reader) {
  llvm::StringRef name = reader.text();
  for (NodeState state :
       {NodeState::Cached, NodeState::Succeeded, NodeState::Failed, NodeState::Skipped,
        NodeState::Flaky, NodeState::Held, NodeState::Superseded, NodeState::Waiting,
        NodeState::Ready, NodeState::Running})
    if (exec::stateName(state) == name)
      return state;
  reader.failed = true;
  return NodeState::Waiting;
}

cas::Content RecordReader::content() {
  cas::Content content;
  switch (pieces.number()) {
  case 'f':
    content.kind = cas::EntryKind::File;
    break;
  case 'x':
    content.kind = cas::EntryKind::Executable;
    break;
  case 'l':
    content.kind = cas::EntryKind::Symlink;
    break;
  case 'd':
    content.kind = cas::EntryKind::Directory;
    break;
  default:
    pieces.failed = true;
  }
  content.digest = digest();
  return content;
}

static void readAttempts(RecordReader& record, NodeResult& result) {
  PieceReader& reader = record.pieces;
  for (uint64_t count = reader.number(); count > 0 && !reader.failed; --count) {
    exec::Attempt& attempt = result.earlier.emplace_back();
    attempt.failure = reader.text().str();
    if (reader.number())
      attempt.report = record.content();
    attempt.durationMs = static_cast<int64_t>(reader.number());
  }
}

static void readResult(RecordReader& from, NodeRecord& record) {
  PieceReader& reader = from.pieces;
  NodeResult& result = record.result;
  if (from.has(HasKey))
    result.key = from.digest();
  if (from.has(HasPreviousKey))
    record.previousKey = from.digest();
  if (from.has(HasReport))
    result.report = from.content();
  if (from.has(HasStdout))
    result.stdoutDigest = from.digest();
  if (from.has(HasStderr))
    result.stderrDigest = from.digest();
  if (from.has(HasTimes)) {
    result.started = static_cast<int64_t>(reader.number());
    result.durationMs = static_cast<int64_t>(reader.number());
    result.cpuMs = static_cast<int64_t>(reader.number());
    result.peakMemory = reader.number();
  }
  if (from.has(HasDeployment)) {
    result.url = reader.text().str();
    result.generation = reader.number();
  }
  if (from.has(HasFailure)) {
    exec::StepFailure& failure = result.failure.emplace();
    failure.code = reader.text().str();
    failure.message = reader.text().str();
    failure.location.file = reader.text().str();
    failure.location.line = static_cast<uint32_t>(reader.number());
    failure.location.column = static_cast<uint32_t>(reader.number());
    failure.cancelled = from.has(Cancelled);
  }
  if (from.has(HasQuestion))
    result.question = from.digest();
  if (from.has(HasEarlier))
    readAttempts(from, result);
  if (from.has(HasStage))
    record.stage = reader.text().str();
  result.ranResolve = from.has(RanResolve);
  result.tolerated = from.has(Tolerated);
}

llvm::Error decodeNodes(llvm::StringRef bytes, llvm::function_ref<void(NodeRecord)> use) {
  PieceReader reader(bytes);
  while (!reader.atEnd()) {
    NodeRecord record;
    RecordReader from(reader);
    record.label = reader.text().str();
    for (uint64_t aliases = reader.number(); aliases > 0 && !reader.failed; --aliases)
      record.aliases.push_back(reader.text().str());
    record.kind = reader.text().str();
    record.result.state = readState(reader);
    record.result.reason = reader.text().str();
    record.result.identity = reader.text().str();
    record.result.execution = reader.text().str();
    for (uint64_t outputs = reader.number(); outputs > 0 && !reader.failed; --outputs) {
      std::string name = reader.text().str();
      record.result.outputs.push_back({std::move(name), from.content()});
    }
    readResult(from, record);
    if (reader.failed)
      return base::worldError("a node of an execution is recorded wrongly");
    use(std::move(record));
  }
  return llvm::Error::success();
}

} // namespace pipec::history
