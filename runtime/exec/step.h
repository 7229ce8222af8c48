// A step: the commands of one action, run in one root on known content.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cache/action_cache.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/trace_report.h"
#include "runtime/exec/undeclared_writes.h"
#include "runtime/image/image_roots.h"
#include "runtime/sandbox/spawn.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// One part of `/w`; parts with a shorter path come first.
struct WorkPart {
  std::string path; ///< relative; empty: `/w` itself
  cas::Content content;
};

/// An action with the content of everything it mentions: all that is needed to run it, here and now
/// or, from a recorded release, long after the pipeline has changed.
struct BoundAction {
  plan::ActionSpec spec;
  std::vector<cas::Content> inputs; ///< of spec.inputs, in order
  std::vector<WorkPart> work;
  std::optional<cas::Content> image;
  std::optional<cas::Content> subject;
};

/// What fills the holes that are no content, and what the world gives to this run.
struct StepOptions {
  sandbox::Network network = sandbox::Network::None;
  std::string identity;                       ///< HoleKind::Identity
  std::string release;                        ///< HoleKind::Release
  std::optional<cas::Content> previous;       ///< HoleKind::PreviousPath
  std::vector<std::string> deploymentUrls;    ///< HoleKind::DeploymentUrl
  std::vector<sandbox::Variable> environment; ///< network variables, PIPEC_EXECUTION, PIPEC_FENCE
  std::vector<sandbox::HostPath> hostPaths;
  std::vector<sandbox::Variable> secrets; ///< variables with their values
  std::vector<sandbox::SecretFile> secretFiles;
  int heldDescriptor = -1; ///< see sandbox::Spawn
  /// Whether the commands make the action's outputs: `run` does, `resolve` and `probe` do not.
  bool makesOutputs = true;
  bool trace = false; ///< write down what the commands ask the kernel for
};

/// Why a step failed. `code` is a run-time code (`R1004`); `message` one sentence that names the
/// command.
struct StepFailure {
  std::string code;
  std::string message;
  plan::Location location;
  bool cancelled = false;         ///< interrupted by the user, not failed
  std::vector<std::string> edits; ///< of a `.pipe` file that repair it, a line for each
};

struct StepOutcome {
  std::optional<StepFailure> failure;
  std::vector<cache::ActionOutput> outputs; ///< stored; empty after a failure
  std::optional<cas::Content> report;       ///< of a test, also after a failure
  cache::ReadSet reads; ///< of an action with a depfile: the files of its pools that it names
  std::vector<UndeclaredOutput> undeclared; ///< what it left in `/o` besides its outputs
  std::vector<TracedPath> trace;            ///< sorted, each once
  base::Digest stdoutDigest;                ///< stored; all commands one after the other
  base::Digest stderrDigest;
  std::string url;     ///< of a deploy: what it wrote to its `out`, trimmed
  int64_t started = 0; ///< milliseconds since the epoch
  int64_t durationMs = 0;
  int64_t cpuMs = 0;
  uint64_t peakMemory = 0;

  bool succeeded() const { return !failure; }
};

/// Runs steps. Safe to use from several threads.
class StepRunner {
public:
  /// `scratch`: a folder of pipec's own for what lives as long as a step. Values of secrets are
  /// replaced by `***` in what is stored of the logs.
  /// `mayMove`: a step that fails when the disk of `scratch` is full is a cas::UnusableStore,
  /// because another folder can be tried. No step gets more than `cpus`.
  StepRunner(cas::ContentStore& store, sandbox::SpawnRunner& runner, std::string scratch,
             bool mayMove, unsigned cpus = UINT32_MAX);

  /// Runs `commands` of `action` in order, in one root, until one fails. An error is the machine's
  /// fault.
  llvm::Expected<StepOutcome> run(const BoundAction& action, llvm::ArrayRef<plan::Command> commands,
                                  const StepOptions& options);

  cas::ContentStore& contentStore() { return store; }
  sandbox::SpawnRunner& spawnRunner() { return runner; }
  image::ImageRoots& images() { return roots; }

private:
  cas::ContentStore& store;
  sandbox::SpawnRunner& runner;
  image::ImageRoots roots;
  std::string scratch;
  bool mayMove;
  unsigned cpus;
};

} // namespace pipec::exec
