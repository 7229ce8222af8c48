// `pipec executions`: what was built here, and how it ended.
#include "runtime/cli/command.h"

#include "runtime/cli/recorded_execution.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/time_text.h"
#include "runtime/report/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

namespace pipec::cli {

using report::printable;

static constexpr size_t DefaultLimit = 20;

std::vector<Option> executionsOptions() {
  return {{"limit", 'n', "N", "at most N executions (default: 20)"}, formatOption()};
}

namespace {

struct Listed {
  RecordedExecution newest;
  size_t attempts = 0;
};

} // namespace

/// The newest attempt of each execution, the newest first.
static llvm::Expected<std::vector<Listed>> listExecutions(Query& query, llvm::StringRef pipeline,
                                                          size_t limit) {
  auto all = query.history().executions(pipeline);
  if (!all)
    return all.takeError();
  std::map<std::string, size_t> attempts;
  for (const history::Execution& execution : *all)
    ++attempts[history::AttemptName::of(execution.id).execution];
  std::vector<Listed> listed;
  for (history::Execution& execution : *all) {
    size_t& left = attempts[history::AttemptName::of(execution.id).execution];
    if (left == 0 || listed.size() == limit)
      continue;
    auto recorded = readExecution(query, std::move(execution));
    if (!recorded)
      return recorded.takeError();
    listed.push_back({std::move(*recorded), std::exchange(left, 0)});
  }
  return listed;
}

/// An identity that is a long hash is known by its beginning.
static std::string shortIdentity(llvm::StringRef identity) {
  bool isHash =
      identity.size() >= 32 && llvm::all_of(identity, [](char c) { return llvm::isHexDigit(c); });
  return isHash ? identity.take_front(12).str() : printable(identity);
}

static void printLine(const Listed& listed, llvm::raw_ostream& out) {
  const history::Execution& execution = listed.newest.execution;
  llvm::StringRef state = history::stateName(execution.state);
  out << execution.id << "  " << state;
  out.indent(static_cast<unsigned>(11 - state.size()))
      << base::timeText(execution.started) << "  " << report::secondsText(durationOf(execution))
      << "  " << printable(invocationText(execution));
  for (const RecordedSource& source : listed.newest.sources)
    out << "  @" << shortIdentity(source.identity);
  const report::Tally& counts = listed.newest.counts;
  out << "  " << counts.executed << " executed, " << counts.cached << " cached, " << counts.failed
      << " failed";
  if (listed.attempts > 1)
    out << ", " << listed.attempts << " attempts";
  out << '\n';
}

llvm::Expected<ExitCode> runExecutions(Words words, Streams& io) {
  auto invocation = invokeQuery("executions", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto limit = readLimit(arguments, DefaultLimit);
  if (!limit)
    return limit.takeError();
  if (arguments.words().size() > 1)
    return base::usageError("`pipec executions` takes at most the name of one pipeline");
  Query& query = *(*invocation)->query;
  auto listed =
      listExecutions(query, arguments.words().empty() ? "" : arguments.words().front(), *limit);
  if (!listed)
    return listed.takeError();
  if (!(*invocation)->asJson) {
    for (const Listed& one : *listed)
      printLine(one, io.out);
    return ExitCode::Success;
  }
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.executions/1");
      json.attributeArray("executions", [&] {
        for (const Listed& one : *listed)
          json.object([&] { writeExecution(json, one.newest, one.attempts); });
      });
    });
  });
  return ExitCode::Success;
}

} // namespace pipec::cli
