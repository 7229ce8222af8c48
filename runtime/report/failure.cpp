// Error blocks of failed steps.
#include "runtime/report/failure.h"

#include "compiler/plan/plan_json.h"
#include "runtime/report/text_guard.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipec::report {
namespace {

constexpr unsigned TailLines = 40;
constexpr size_t TailBytes = 16 * 1024;
constexpr size_t CommandLines = 6;

} // namespace

static llvm::Error forEachPiece(cas::ContentStore& store, const std::optional<base::Digest>& digest,
                                llvm::function_ref<void(llvm::StringRef)> use) {
  if (!digest || *digest == base::emptyDigest())
    return llvm::Error::success();
  char last = '\n';
  auto found = store.pieces(*digest, [&](llvm::StringRef piece) {
    use(piece);
    last = piece.empty() ? last : piece.back();
  });
  if (!found)
    return found.takeError();
  if (last != '\n')
    use("\n");
  return llvm::Error::success();
}

llvm::Error forEachPiece(cas::ContentStore& store, const exec::NodeResult& result,
                         llvm::function_ref<void(llvm::StringRef)> use) {
  if (llvm::Error error = forEachPiece(store, result.stdoutDigest, use))
    return error;
  return forEachPiece(store, result.stderrDigest, use);
}

void OutputTail::add(llvm::StringRef piece) {
  size += piece.size();
  end += piece.take_back(TailBytes);
  if (end.size() > 4 * TailBytes)
    end.erase(0, end.size() - TailBytes);
}

llvm::StringRef OutputTail::text() const {
  return tailOf(end, TailLines, TailBytes);
}

/// The command that failed; null if the failure is not about one.
static const plan::Command* failedCommand(const plan::ActionSpec& spec,
                                          const plan::Location& location) {
  auto isIt = [&](const plan::Command& command) {
    return command.location.file == location.file && command.location.line == location.line &&
           command.location.column == location.column;
  };
  for (const plan::Command& command : spec.run)
    if (isIt(command))
      return &command;
  for (const auto* command : {&spec.resolve, &spec.rollback, &spec.probe})
    if (*command && isIt(**command))
      return &**command;
  return nullptr;
}

static std::string helpFor(const plan::Node& node, llvm::StringRef code, bool hasOutput) {
  std::string label = printable(shellWord(node.label));
  std::string log = "`pipec log " + label + "` prints all of the output";
  std::string fallback = hasOutput ? log : "";
  return llvm::StringSwitch<std::string>(code)
      .Case("R1001", "let the commands write there, or declare another name with `out = \"…\"`")
      .Case("R1002", "mention what the step reads in its command: only that is there")
      .Case("R1003",
            "pass what the depfile names to the step and mention it in the command, or let "
            "the command name only what it reads")
      .Case("R1005", "raise `timeout`; " + log)
      .Case("R1006", log + ", `pipec get " + label + " --report -o DIR` copies its report")
      .Case("R1014",
            "let the command write it: `g++ -MMD -MF FILE` does, and `depfile` is relative to "
            "the working directory")
      .Case("R1017", "`pipec pin " + label +
                         "`, with the parameters of this build, asks again and "
                         "pins the answer")
      .Case("R1019",
            "write to an output (`${out}`); a step can also write to `/w`, where it starts, "
            "and to `/tmp`, and both are gone when it ends")
      .Case("R1020", "let the step remove it before it ends: whoever can read the cache could read "
                     "it there")
      .Case("R1007", "if the new content is what you want, change `digest` to it")
      .Default(fallback);
}

static void appendNote(std::string& block, const Style& style, llvm::StringRef name,
                       llvm::StringRef text) {
  block += "   " + style.blue("=") + " " + style.bold((name + ":").str());
  block += (text.empty() ? "" : " ") + text.str() + "\n";
}

static std::string commandText(const plan::Command& command, const plan::ActionSpec& spec) {
  std::string rendered = plan::render(command, spec);
  llvm::SmallVector<llvm::StringRef, 8> lines;
  llvm::StringRef(rendered).trim().split(lines, '\n');
  std::string text;
  for (size_t i = 0; i < lines.size() && i < CommandLines; ++i)
    text += (i ? "\n              " : "") + printable(lines[i].rtrim());
  if (lines.size() > CommandLines)
    text += "\n              … (" + std::to_string(lines.size() - CommandLines) + " more lines)";
  return text;
}

static void appendOutput(std::string& block, const Style& style, const OutputTail& output) {
  GuardOptions options;
  options.colors = style.isEnabled();
  // Here already, so that every line of it stands behind the bar.
  std::string shown = guarded(output.text(), options);
  if (shown.empty())
    return;
  appendNote(block, style, "output",
             output.isCut() ? "its end; what came before is left out here" : "");
  for (llvm::StringRef tail = shown; !tail.empty();) {
    auto [line, rest] = tail.split('\n');
    block += ("     " + style.blue("|") + " " + line + "\n").str();
    tail = rest;
  }
}

/// Message, place and step.
static std::string blockHead(const plan::Node& node, llvm::StringRef coloured,
                             llvm::StringRef message, const plan::Location& place,
                             const Style& style) {
  std::string block = (coloured + style.bold(": " + printable(message)) + "\n").str();
  if (!place.file.empty())
    block += "  " + style.blue("-->") + " " + printable(place.file) + ":" +
             std::to_string(place.line) + ":" + std::to_string(place.column) + "\n";
  appendNote(block, style, "step",
             (plan::kindName(node) + " `" + printable(node.label) + "`").str());
  return block;
}

static void appendCases(std::string& block, const Style& style, llvm::StringRef label,
                        llvm::ArrayRef<test_report::TestCase> cases) {
  static constexpr size_t Shown = 10;
  test_report::Counts counts = test_report::count(cases);
  uint64_t failing = counts.failed + counts.errors;
  if (failing == 0)
    return;
  appendNote(block, style, "cases",
             std::to_string(failing) + " of " + std::to_string(counts.all()) + " failed");
  size_t shown = 0;
  for (const test_report::TestCase& test : cases) {
    if (!test_report::isFailure(test.outcome) || ++shown > Shown)
      continue;
    block += "     " + style.blue("|") + " " + style.bold(printable(test.fullName())) +
             (test.message.empty() ? "" : ": " + printable(test.message)) + "\n";
  }
  if (failing > Shown)
    block += "     " + style.blue("|") + " … and " + std::to_string(failing - Shown) +
             " more; `pipec tests " + printable(shellWord(label)) + " --failed` lists them\n";
}

std::string failureBlock(const plan::Node& node, const exec::NodeResult& result,
                         const OutputTail& output, const std::vector<test_report::TestCase>* cases,
                         const Style& style) {
  const exec::StepFailure* failure = result.failure ? &*result.failure : nullptr;
  llvm::StringRef code = failure ? llvm::StringRef(failure->code) : llvm::StringRef();
  llvm::StringRef message =
      failure ? llvm::StringRef(failure->message) : llvm::StringRef(result.reason);
  const plan::Location& place =
      failure && !failure->location.file.empty() ? failure->location : node.location;

  llvm::StringRef word = result.tolerated ? "warning" : "error";
  std::string head = code.empty() ? word.str() : (word + "[" + code + "]").str();
  std::string block = blockHead(node, result.tolerated ? style.yellow(head) : style.red(head),
                                message, place, style);
  if (!node.isTree() && failure)
    if (const plan::Command* command = failedCommand(node.action(), failure->location))
      appendNote(block, style, "command", commandText(*command, node.action()));
  if (cases)
    appendCases(block, style, node.label, *cases);
  appendOutput(block, style, output);
  if (failure)
    for (const std::string& edit : failure->edits)
      appendNote(block, style, "edit", printable(edit));
  std::string help = helpFor(node, code, !output.text().empty());
  if (!help.empty())
    appendNote(block, style, "help", help);
  return block;
}

std::string irreproducibleBlock(const plan::Node& node, const exec::NodeResult& result,
                                const Style& style) {
  const exec::ResultDifference& difference = *result.repetition->difference;
  const plan::ActionSpec& spec = node.action();
  const plan::Location& place = spec.run.empty() ? node.location : spec.run.front().location;
  std::string message =
      "`" + printable(node.label) + "` is not deterministic: " + printable(difference.text());
  std::string block = blockHead(node, style.red("error[R1018]"), message, place, style);
  if (spec.run.size() == 1)
    appendNote(block, style, "command", commandText(spec.run.front(), spec));
  for (auto [name, value] :
       {std::pair("first time", &difference.first), std::pair("second time", &difference.second)})
    if (!value->empty())
      appendNote(block, style, name, printable(*value));
  appendNote(block, style, "help",
             "the time, random numbers, numbers of processes and the order in which parallel work "
             "ends differ each time; keep them out of what the step makes");
  return block;
}

} // namespace pipec::report
