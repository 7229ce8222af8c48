// What is said when a node starts and ends, and the lines of the live display.
#include "runtime/report/progress.h"

#include "compiler/base/error.h"
#include "runtime/report/failure.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace pipec::report {

using exec::NodeResult;
using exec::NodeState;

/// The code of a step that could not run because the machine failed.
static constexpr llvm::StringLiteral MachineFailure = "R1000";

ProgressReporter::ProgressReporter(ProgressOptions progressOptions, cas::ContentStore& contents)
    : options(progressOptions), style(progressOptions.color), store(contents) {
  if (options.mode == ProgressMode::Terminal)
    screen = std::make_unique<LiveArea>(options.descriptor, guardOptions(),
                                        [this](TerminalSize size) { return liveLines(size); });
  else
    screen = std::make_unique<PlainScreen>(options.descriptor, guardOptions());
}

GuardOptions ProgressReporter::guardOptions() const {
  GuardOptions guard;
  guard.colors = options.color;
  guard.commands = isReadByService();
  return guard;
}

ProgressReporter::~ProgressReporter() = default;

void ProgressReporter::buildStarted(const plan::Plan& started) {
  std::lock_guard lock(mutex);
  plan = &started;
  running.clear();
  done = 0;
  total = 0;
  for (const plan::Node& node : started.nodes)
    total += !node.isTree();
}

void ProgressReporter::planGrew(plan::NodeId, plan::NodeId first) {
  std::lock_guard lock(mutex);
  for (size_t i = first.index; i < plan->nodes.size(); ++i)
    total += !plan->nodes[plan->nodes.idAt(i)].isTree();
}

void ProgressReporter::nodeStarted(plan::NodeId node, llvm::StringRef activity) {
  std::lock_guard lock(mutex);
  const plan::Node& started = plan->nodes[node];
  if (started.isTree())
    return;
  auto [entry, isNew] = running.try_emplace(node);
  entry->second.activity = printable(activity);
  if (isNew) {
    entry->second.label = printable(started.label);
    entry->second.since = std::chrono::steady_clock::now();
  }
}

static std::string verb(const plan::Node& node, const NodeResult& result) {
  if (result.failure && result.failure->cancelled)
    return "interrupted";
  if (result.isIrreproducible())
    return "DIFFERS";
  switch (result.state) {
  case NodeState::Succeeded:
    return llvm::StringSwitch<std::string>(plan::kindName(node))
        .Case("source", "fetched")
        .Case("build", "built")
        .Cases("test", "live", "passed")
        .Case("deploy", "deployed")
        .Case("approve", "approved")
        .Default("made");
  case NodeState::Flaky:
    return "flaky";
  case NodeState::Failed:
    return result.tolerated ? "failed, tolerated:" : "FAILED";
  default:
    return exec::stateName(result.state).str();
  }
}

bool ProgressReporter::isShown(const NodeResult& result) const {
  if (options.mode == ProgressMode::Silent || options.mode == ProgressMode::Nothing)
    return false;
  if ((result.failure && result.failure->cancelled) || result.isIrreproducible())
    return true;
  switch (result.state) {
  case NodeState::Failed:
    return true;
  case NodeState::Cached:
  case NodeState::Skipped:
    return options.verbose;
  default:
    return !options.quiet;
  }
}

std::string ProgressReporter::finishedLine(const plan::Node& node, const NodeResult& result) const {
  std::string word = verb(node, result);
  bool good = exec::isSuccess(result.state);
  if (result.state == NodeState::Failed || result.isIrreproducible())
    word = style.red(word);
  else if (result.state == NodeState::Flaky || result.state == NodeState::Held)
    word = style.yellow(word);
  else if (result.state == NodeState::Succeeded)
    word = style.green(word);
  std::string line = style.dim("[" + std::to_string(done) + "/" + std::to_string(total) + "]") +
                     " " + word + " " + style.bold(printable(node.label));
  if (ranItsCommands(node, result))
    line += " (" + (options.verbose ? usageText(result) : secondsText(result.durationMs)) + ")";
  std::string why = result.isIrreproducible() ? result.repetition->difference->text()
                    : result.failure          ? result.failure->message
                                              : result.reason;
  // What to do about a held node stands at the end.
  if (!why.empty() && result.state != NodeState::Held)
    line += good ? ": " + style.dim(printable(why)) : ": " + printable(why);
  return line + "\n";
}

bool ProgressReporter::isOutputShown(const NodeResult& result) const {
  bool failed = result.state == NodeState::Failed;
  bool acted = failed || result.state == NodeState::Succeeded || result.state == NodeState::Flaky;
  return failed || (!options.quiet && (acted || options.verbose));
}

void ProgressReporter::forEachPieceOf(const NodeResult& result,
                                      llvm::function_ref<void(llvm::StringRef)> use) {
  if (llvm::Error error = forEachPiece(store, result, use))
    use("(its output cannot be read: " + printable(base::describe(std::move(error)).second) +
        ")\n");
}

void ProgressReporter::nodeFinished(plan::NodeId id, const NodeResult& result) {
  std::lock_guard lock(mutex);
  const plan::Node& node = plan->nodes[id];
  running.erase(id);
  done += !node.isTree();
  counts.add(node, result);
  bool failed = result.state == NodeState::Failed;
  if (node.isTree() && !failed)
    return;
  bool cancelled = result.failure && result.failure->cancelled;
  OutputTail tail;
  if (isShown(result)) {
    std::string text = finishedLine(node, result);
    if (options.verbose && result.repetition)
      for (const std::string& note : result.repetition->notes)
        text += "note: " + printable(note) + "\n";
    screen->print([&](Screen::Sink sink) {
      sink(text);
      if (isOutputShown(result))
        forEachPieceOf(result, [&](llvm::StringRef piece) {
          sink(piece);
          tail.add(piece);
        });
    });
  } else if (failed) {
    forEachPieceOf(result, [&](llvm::StringRef piece) { tail.add(piece); });
  }
  machineFailed |= failed && result.failure && result.failure->code == MachineFailure;
  if (failed && !cancelled)
    failures.push_back(
        failureBlock(node, result, tail, tests ? tests->executedCases(id) : nullptr, style));
  if (result.isIrreproducible())
    failures.push_back(irreproducibleBlock(node, result, style));
  if (result.state == NodeState::Held)
    held.push_back(style.yellow("held") + ": " + style.bold(printable(node.label)) + ": " +
                   printable(result.reason) + "\n");
}

void ProgressReporter::nodeRemade(plan::NodeId id, const NodeResult& result) {
  std::lock_guard lock(mutex);
  const plan::Node& node = plan->nodes[id];
  running.erase(id);
  --counts.cached;
  counts.add(node, result);
  if (!isShown(result))
    return;
  screen->print([&](Screen::Sink sink) {
    sink(finishedLine(node, result));
    if (isOutputShown(result))
      forEachPieceOf(result, sink);
  });
}

void ProgressReporter::warning(llvm::StringRef message) {
  std::lock_guard lock(mutex);
  if (warnings.insert(message.str()).second && options.mode != ProgressMode::Nothing)
    screen->print(style.yellow("warning") + ": " + printableLines(message) + "\n");
}

void ProgressReporter::note(llvm::StringRef message) {
  std::lock_guard lock(mutex);
  if (!options.quiet && options.mode != ProgressMode::Nothing)
    screen->print(printableLines(message) + "\n");
}

void ProgressReporter::finish() {
  // The area's thread may be asking for lines, so it ends without the lock.
  if (options.mode == ProgressMode::Terminal)
    screen = std::make_unique<PlainScreen>(options.descriptor, guardOptions());
  std::lock_guard lock(mutex);
  std::string text;
  for (const std::string& block : failures)
    text += "\n" + block;
  if (!failures.empty())
    text += "\n";
  for (const std::string& line : held)
    text += line;
  if (options.mode != ProgressMode::Nothing)
    screen->print(text);
  failures.clear();
  held.clear();
}

// ---- the live display --------------------------------------------------------

std::string ProgressReporter::statusText() const {
  std::string text = "[" + std::to_string(done) + "/" + std::to_string(total) + "] " +
                     std::to_string(running.size()) + " running, " +
                     std::to_string(counts.executed) + " executed, " +
                     std::to_string(counts.cached) + " cached";
  if (counts.failed)
    text += ", " + std::to_string(counts.failed) + " failed";
  return text;
}

/// `left` and `right` at the two ends of a line of `columns`; `left` is cut if need be.
static LiveArea::Line justified(llvm::StringRef left, llvm::StringRef right, unsigned columns) {
  unsigned rightColumns = columnWidth(right);
  if (rightColumns + 2 > columns)
    return {fitToColumns(left, columns), std::min(columns, columnWidth(left))};
  std::string text = fitToColumns(left, columns - rightColumns - 1);
  text.append(columns - rightColumns - columnWidth(text), ' ');
  return {text + right.str(), columns};
}

std::vector<LiveArea::Line> ProgressReporter::liveLines(TerminalSize size) {
  std::lock_guard lock(mutex);
  if (!plan || total == 0)
    return {};
  auto now = std::chrono::steady_clock::now();
  auto elapsed = [&](std::chrono::steady_clock::time_point since) {
    return secondsText(std::chrono::duration_cast<std::chrono::milliseconds>(now - since).count());
  };
  // One column stays free: writing the last one makes some terminals wrap.
  unsigned columns = std::min(size.columns > 1 ? size.columns - 1 : 1, 120U);
  size_t most = std::min<size_t>(10, size.rows > 3 ? size.rows - 3 : 0);

  std::vector<const Running*> oldest;
  for (const auto& [id, step] : running)
    oldest.push_back(&step);
  std::stable_sort(oldest.begin(), oldest.end(),
                   [](const Running* a, const Running* b) { return a->since < b->since; });
  std::vector<LiveArea::Line> lines;
  for (size_t i = 0; i < oldest.size() && i < most; ++i) {
    std::string left = "  " + oldest[i]->label;
    if (!oldest[i]->activity.empty())
      left += "  " + oldest[i]->activity;
    lines.push_back(justified(left, elapsed(oldest[i]->since), columns));
  }
  if (oldest.size() > most && most > 0)
    lines.push_back(
        justified("  … and " + std::to_string(oldest.size() - most) + " more", "", columns));
  lines.push_back(justified(statusText(), elapsed(started), columns));
  lines.back().text = style.bold(lines.back().text);
  return lines;
}

} // namespace pipec::report
