// Spawn: one command in the root that a step sees, and SpawnRunner: the seam that runs it.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::sandbox {

/// One entry of `/i`: an immutable file or tree of the content store, shown at `/i/<path>`,
/// read-only.
struct SpawnInput {
  std::string path;     ///< below `/i`, for example `1/main.c`; no leading slash, no `..`
  std::string hostPath; ///< absolute: the materialised file or folder in the store
  bool isDirectory = false;
};

/// One lower layer of `/w`: a folder (or, with a `path`, a file) of the content store, shown at
/// `/w/<path>` (`""`: `/w` itself). `/w` is one copy-on-write overlay; a later layer covers earlier
/// ones file by file, and one with a `path` replaces what they have there. A `hostPath` of the form
/// `X/<path>`, where `X` holds nothing else, costs nothing; any other is linked, file by file, into
/// a folder of that form first.
struct WorkLayer {
  std::string path;
  std::string hostPath;
};

/// A folder of the host, bound at the same absolute path.
struct HostPath {
  std::string path;
  bool writable = false;
};

struct Variable {
  std::string name;
  std::string value;
};

struct SecretFile {
  std::string name; ///< below the folder that the variable `SECRETS` names
  std::string content;
};

enum class Network : uint8_t {
  None, ///< a loopback interface of its own and nothing else
  Host,
};

/// One command. Everything that the process can see is named here; nothing of pipec's own
/// environment, descriptors or working directory is inherited.
struct Spawn {
  std::vector<std::string>
      arguments; ///< argv; [0] is looked up in the step's own PATH unless it has a `/`
  std::vector<Variable> environment; ///< on top of the fixed one; a later entry wins
  std::vector<SpawnInput> inputs;
  std::vector<WorkLayer> work;
  std::vector<HostPath> hostPaths;
  std::vector<SecretFile> secretFiles;
  /// Absolute folder on the host, owned by pipec's user, bound writable at `/o`: the outputs appear
  /// here.
  std::string outputDirectory;
  /// The same for `/report`; empty: there is no `/report`.
  std::string reportDirectory;
  /// A private scratch folder on the host for whatever the runner needs on disk (the overlay's
  /// upper layer, a script). Emptied by the caller when the action is over.
  std::string scratchDirectory;
  /// Root file system of an image, as prepareImageRoot made it; empty: the host's root as
  /// docs/sandbox.md describes it.
  std::string imageRoot;
  Network network = Network::None;
  std::optional<std::chrono::milliseconds> timeout;
  /// How many CPUs the step may use: fixes the affinity, to other CPUs than those of steps that run
  /// at the same time, if there are enough; 0: all.
  unsigned cpus = 0;
  /// Whether it may make user namespaces, and in them all others but those of cgroups: most of what
  /// the kernel can be attacked by.
  bool nestedNamespaces = false;
  /// A descriptor that the runner keeps open until the last process of the step is dead, `kill -9`
  /// of pipec included: the lock of an environment. -1: none.
  int heldDescriptor = -1;
  /// Where standard output and standard error go: files that the runner creates, to be read with
  /// readOutput (output_file.h): byte for byte, but for the middle of a very long one.
  std::string stdoutPath;
  std::string stderrPath;
  /// Where the paths are written down that the command and all it starts ask the kernel for, in the
  /// form of trace_record.h; empty: nowhere. A traced command is several times slower, and the
  /// same.
  std::string tracePath;
};

enum class SpawnStatus : uint8_t {
  Exited,          ///< by itself; see exitCode
  Signaled,        ///< by a signal that pipec did not send; see signal
  TimedOut,        ///< killed after Spawn::timeout
  Cancelled,       ///< killed because SpawnRunner::cancel was called
  CommandNotFound, ///< argv[0] is not there
  NotExecutable,   ///< argv[0] is there but cannot be executed
};

struct SpawnResult {
  SpawnStatus status = SpawnStatus::Exited;
  int exitCode = 0; ///< a step's own exit code; never 128 + signal
  int signal = 0;
  std::chrono::milliseconds duration{0};
  /// Of the step's whole process tree: user and system time, and the peak of the largest process.
  std::chrono::milliseconds cpuTime{0};
  uint64_t peakMemory = 0; ///< bytes

  bool succeeded() const { return status == SpawnStatus::Exited && exitCode == 0; }
};

/// How well the machine can isolate; part of every key, so that a result made without isolation is
/// never served to a run that has it.
enum class Isolation : uint8_t {
  Full,    ///< the whole root of docs/sandbox.md
  Scratch, ///< no namespaces: a scratch directory, paths rendered below it
};

/// The root in which the commands of one action run, one after the other, sharing `/w`, `/tmp`,
/// `/o`.
class StepRoot {
public:
  virtual ~StepRoot() = default;
  /// Runs one command to its end, and returns when every process it started is dead. An error is
  /// the machine's fault; a command that fails is a SpawnResult. `spawn` may differ from the one
  /// given to `open` in arguments, environment, timeout and the paths of logs and trace only.
  virtual llvm::Expected<SpawnResult> run(const Spawn& spawn) = 0;

  /// What the commands left, between two runs or after the last. Paths are absolute, as the
  /// commands see them (SpawnRunner::renderPath).
  ///
  /// Copies the regular file at `path` to the new file `hostPath`. False: there is none.
  virtual llvm::Expected<bool> copyOut(llvm::StringRef path, llvm::StringRef hostPath) = 0;
  /// Where each path leads: absolute, without links, `.` and `..`; empty: nowhere.
  virtual llvm::Expected<std::vector<std::string>>
  resolve(const std::vector<std::string>& paths) = 0;
};

/// Safe to use from several threads: each thread opens its own StepRoot.
class SpawnRunner {
public:
  virtual ~SpawnRunner() = default;

  virtual Isolation isolation() const = 0;
  /// Where a path that a command is given (`/i/1/x`, `/o/out`, `/w`, `/report`) really is for it:
  /// itself with full isolation, else below the spawn's scratch folder.
  virtual std::string renderPath(const Spawn& spawn, llvm::StringRef path) const = 0;
  /// The identity of the default root: package database, os-release, the files in PATH's folders.
  /// Computed once and remembered while nothing of that has changed.
  virtual llvm::Expected<base::Digest> rootFingerprint() = 0;
  /// The content of what `program` resolves to in the default root's PATH; nullopt if nothing.
  virtual llvm::Expected<std::optional<base::Digest>> toolDigest(llvm::StringRef program) = 0;

  virtual llvm::Expected<std::unique_ptr<StepRoot>> open(const Spawn& spawn) = 0;

  /// TERM to every running step, then KILL after `grace`; runs that start later end at once as
  /// Cancelled. May be called from any thread, more than once (a shorter grace wins).
  virtual void cancel(std::chrono::milliseconds grace) = 0;
  /// The same, but for steps with a `heldDescriptor`: these act on the world, and run to their end.
  virtual void cancelOthers(std::chrono::milliseconds grace) { cancel(grace); }
  /// Whether runs that start now, and hold nothing, would end at once.
  virtual bool isCancelled() { return false; }
};

enum class SandboxMode : uint8_t {
  Auto,   ///< full isolation where the machine can do it, else a scratch directory
  Strict, ///< full isolation or an error that says what is missing
  Off,    ///< a scratch directory
};

/// `stateDirectory`: a folder of pipec's own (the cache directory) for what is kept between runs.
/// `withoutIsolation` is told why, if Auto has to do without.
llvm::Expected<std::unique_ptr<SpawnRunner>>
makeSpawnRunner(SandboxMode mode, llvm::StringRef stateDirectory,
                llvm::function_ref<void(llvm::StringRef why)> withoutIsolation = {});

} // namespace pipec::sandbox
