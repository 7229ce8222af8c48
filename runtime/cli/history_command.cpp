// `pipec history`: the deployments of one environment.
#include "runtime/cli/command.h"

#include "runtime/cli/environments.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/time_text.h"
#include "runtime/environment/operator.h"
#include "runtime/report/table.h"
#include "runtime/report/text.h"

namespace pipec::cli {

using environment::AttemptKind;
using environment::LogEntry;

std::vector<Option> historyOptions() {
  return {{"limit", 'n', "N", "the newest N only"},
          {"all", 0, "", "also the times when there was nothing to do"},
          formatOption()};
}

static llvm::Expected<size_t> readLimit(const Arguments& arguments) {
  auto text = arguments.value("limit");
  if (!text)
    return SIZE_MAX;
  size_t limit = 0;
  if (llvm::StringRef(*text).getAsInteger(10, limit) || limit == 0)
    return base::usageError("`--limit` wants a number from 1 on, not `" + *text + "`");
  return limit;
}

static llvm::StringRef resultOf(const LogEntry& entry) {
  return entry.result.empty() ? llvm::StringRef("unfinished") : llvm::StringRef(entry.result);
}

static void writeText(llvm::raw_ostream& out, llvm::ArrayRef<LogEntry> entries,
                      const report::Style& style) {
  report::Table table({"TIME", "KIND", "RELEASE", "COMMIT", "RESULT", "BY", "EXECUTION"});
  for (const LogEntry& entry : entries) {
    llvm::StringRef result = resultOf(entry);
    auto paint = [style, result](llvm::StringRef text) {
      return result == "succeeded" ? text.str()
             : result == "failed"  ? style.red(text)
                                   : style.yellow(text);
    };
    table.add({{base::timeText(entry.started)},
               {environment::kindName(entry.kind).str()},
               {entry.release.shortHex()},
               {commitText(entry.origin)},
               {result.str(), paint},
               {report::printable(entry.actor)},
               {entry.execution.empty() ? "by hand" : report::printable(entry.execution)}});
  }
  table.write(out);
}

static void writeEntry(llvm::json::OStream& json, const LogEntry& entry) {
  using base::jsonText;
  json.attribute("sequence", entry.sequence);
  json.attribute("kind", environment::kindName(entry.kind));
  json.attribute("release", entry.release.text());
  json.attribute("from", environment::text(entry.from));
  json.attribute("generation", entry.generation);
  json.attribute("result", jsonText(entry.result));
  writeOrigin(json, entry.origin);
  json.attribute("execution", jsonText(entry.execution));
  json.attribute("actor", jsonText(entry.actor));
  json.attributeArray("approvals", [&] {
    llvm::SmallVector<llvm::StringRef> keys;
    llvm::StringRef(entry.approvals).split(keys, ' ', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef key : keys)
      json.value(jsonText(key));
  });
  json.attribute("started_ms", entry.started);
  json.attribute("finished_ms", entry.finished);
}

llvm::Expected<ExitCode> runHistory(Words words, Streams& io) {
  auto invocation = invokeForEnvironment("history", words, io, environment::Access::Read);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto limit = readLimit((*invocation)->arguments);
  if (!limit)
    return limit.takeError();
  auto log = (*invocation)->ledger->log((*invocation)->identity);
  if (!log)
    return log.takeError();
  std::vector<LogEntry> entries;
  size_t leftOut = 0;
  for (LogEntry& entry : *log) {
    bool isShown = entry.kind != AttemptKind::NoOp || (*invocation)->arguments.has("all");
    leftOut += !isShown;
    if (isShown && entries.size() < *limit)
      entries.push_back(std::move(entry));
  }
  if ((*invocation)->asJson) {
    io.out << base::renderJson([&](llvm::json::OStream& json) {
      json.object([&] {
        json.attribute("schema", "pipec.history/1");
        json.attribute("environment", base::jsonText((*invocation)->identity));
        json.attributeArray("entries", [&] {
          for (const LogEntry& entry : entries)
            json.object([&] { writeEntry(json, entry); });
        });
      });
    });
    return ExitCode::Success;
  }
  std::string name = report::printable(environment::nameOf((*invocation)->identity));
  if (entries.empty())
    io.err << "nothing was ever deployed to `" << name << "`\n";
  else
    writeText(io.out, entries, report::Style(io.color() && io.out.is_displayed()));
  if (leftOut != 0 && !(*invocation)->common.quiet)
    io.err << "left out: " << leftOut << (leftOut == 1 ? " time" : " times")
           << " when there was nothing to do; `--all` shows them\n";
  return ExitCode::Success;
}

} // namespace pipec::cli
