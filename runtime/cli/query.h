// Query: what `get`, `log` and `why` ask of the records of earlier executions.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/cli/command.h"
#include "runtime/cli/options.h"
#include "runtime/engine/targets.h"
#include "runtime/history/history.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>

namespace pipec::cli {

/// An output of a node, as it was recorded.
struct RecordedArtifact {
  history::NodeFinding from;
  cas::Content content;
};

/// Reads only; waits for nobody. Works while a build runs.
class Query {
public:
  static llvm::Expected<std::unique_ptr<Query>> open(const CommonSettings& settings, Streams& io);

  const workspace::Workspace& workspace() const { return place; }
  history::History& history() { return *records; }
  const std::string& cache() const { return cacheFolder; }
  /// What the user calls an execution: its id, so much of it that it is the only one, or an attempt
  /// of it; else its newest attempt is meant. nullopt: the newest of all. A usage error says that
  /// there is none, or which ones there are.
  llvm::Expected<history::Execution> execution(const std::optional<std::string>& typed);
  /// A usage error if there is none: nothing was ever built.
  llvm::Expected<cas::ContentStore*> store();

  using Accept = llvm::function_ref<bool(const history::NodeRecord&)>;
  /// The newest record of the target for which `accept` holds, or that of one execution. A usage
  /// error says whether the target was never built, does not exist, or `lacks` what was asked for.
  llvm::Expected<history::NodeFinding> find(const engine::Target& target,
                                            const std::optional<std::string>& execution,
                                            Accept accept, llvm::StringRef lacks);

  /// What the target's value is: an output of its node, or, for a test that proves something, its
  /// subject.
  llvm::Expected<RecordedArtifact> artifact(const engine::Target& target,
                                            const std::optional<std::string>& execution);

  /// What the target's output is called as a file, as the program says now; else the label's last
  /// part.
  std::string fileName(const engine::Target& target, const RecordedArtifact& artifact);

private:
  Query(workspace::Workspace where, const CommonSettings& settings, std::string cache,
        bool isBelieved, Streams& streams);

  using Found = llvm::Expected<std::optional<history::NodeFinding>>;
  Found look(const engine::Target& target, const std::optional<std::string>& execution,
             Accept accept);
  Found lookIn(llvm::StringRef execution, llvm::StringRef label, Accept accept);
  Found lookNewest(const engine::Target& target, Accept accept);
  llvm::Error notFound(const engine::Target& target, const std::optional<std::string>& execution,
                       llvm::StringRef lacks);
  /// Which output of which node the target's value is, as the program says now, with the elements
  /// that its lists had in `execution`. nullopt: it does not say.
  struct Binding {
    std::string label;
    size_t output = 0;
    std::string fileName;
  };
  std::optional<Binding> bindingOf(const engine::Target& target,
                                   const std::optional<history::Execution>& execution);
  llvm::Expected<std::optional<Binding>>
  findBinding(const engine::Target& target, const std::optional<history::Execution>& execution);

  workspace::Workspace place;
  CommonSettings settings;
  Streams& io;
  std::string cacheFolder;
  std::unique_ptr<history::History> records;
  std::unique_ptr<cas::ContentStore> contents;
};

/// What a command that asks the records begins with.
struct QueryInvocation {
  Arguments arguments;
  CommonSettings common;
  bool asJson = false; ///< `--format json`
  std::unique_ptr<Query> query;
};
/// nullopt: help was asked for, and shown.
llvm::Expected<std::optional<QueryInvocation>> invokeQuery(llvm::StringRef command, Words words,
                                                           Streams& io);

/// Exactly one word, which is what the user calls an execution.
llvm::Expected<std::string> singleExecution(const Arguments& arguments, llvm::StringRef command);

/// Exactly one word, which is a target with a label.
llvm::Expected<engine::Target> singleTarget(const Arguments& arguments, llvm::StringRef command);

} // namespace pipec::cli
