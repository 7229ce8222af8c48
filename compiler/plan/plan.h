// Plan: what a target needs, as a graph of nodes. The contract between the compiler, which makes
// it, and the runtime, which executes it. Plain data: no behaviour, no machine paths, no I/O.
#pragma once

#include "compiler/base/boxed.h"
#include "compiler/base/digest.h"
#include "compiler/base/growing_vector.h"
#include "compiler/base/ids.h"

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipec::plan {

using NodeId = base::Id<struct NodeTag>;
using StageId = base::Id<struct StageTag>;
using EnvironmentId = base::Id<struct EnvironmentTag>;

/// A place in a `.pipe` file, for messages; lines and columns count from 1. In no key.
struct Location {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

enum class ArtifactType : uint8_t { File, Dir, Image, TestReport };

/// Output number `output` of a node: a handle to content that exists once the node has succeeded.
/// Of a test, output 0 is its report.
struct ArtifactRef {
  NodeId node;
  uint32_t output = 0;
  auto operator<=>(const ArtifactRef&) const = default;
};

// ---- Tree: content without execution ------------------------------------------

/// A file or folder of the repository; `path` is relative to the workspace, `.` is all of it.
struct RepositoryPath {
  std::string path;
};
struct TextFile {
  std::string content;
};
struct ComposedTree {
  struct Entry {
    std::string path; ///< relative; `.` is the root
    ArtifactRef artifact;
  };
  std::vector<Entry> entries;
};
/// `.sub(path)` and `.file(path)`.
struct TreePart {
  ArtifactRef of;
  std::string path;
};
/// `.select(patterns)`, in the syntax of base::PathGlob.
struct TreeSelection {
  ArtifactRef of;
  std::vector<std::string> patterns;
};
/// A list whose length is only known at run time: the files in a directory that is made, or what a
/// `for` over such lists gives. It has no output; once it has succeeded, an Expander has added the
/// nodes of its elements to the plan and completed the nodes that wait for the whole of it.
struct Expansion {
  std::optional<ArtifactRef> of;     ///< the directory; none: a `for`, whose lists are in `waits`
  std::vector<std::string> patterns; ///< in the syntax of base::PathGlob
};
/// `all` over a list of run-time length: succeeds when all proofs in it have. It has no output.
struct Merge {};
using TreeSpec =
    std::variant<RepositoryPath, TextFile, ComposedTree, TreePart, TreeSelection, Expansion, Merge>;

// ---- commands -----------------------------------------------------------------

enum class HoleKind : uint8_t {
  Text,         ///< `text`
  InputPath,    ///< path of inputs[index]: `/i/<index + 1>/<base name>`
  InputText,    ///< the content of inputs[index], white space trimmed at both ends
  OutputPath,   ///< path of outputs[index]: `/o/<file name>`; of a deploy: where its URL goes
  ReportPath,   ///< `/report`
  Identity,     ///< what `resolve` printed
  Release,      ///< id of the release being deployed
  PreviousPath, ///< path of the stable release's subject (in `rollback`): `/i/previous/<base name>`
  DeploymentUrl, ///< url of deployments[index]
};
struct Piece {
  HoleKind kind = HoleKind::Text;
  std::string text;
  uint32_t index = 0;
  bool operator==(const Piece&) const = default;
};
/// Text with holes: the language's `Arg`. No two neighbours are Text; empty for the empty text.
using Arg = std::vector<Piece>;

/// `run [a, b]`: argv, one process, no shell.
struct ArgumentVector {
  std::vector<Arg> arguments;
  bool operator==(const ArgumentVector&) const = default;
};
/// `run sh"…"`: run as `shell + [script]`, where script is a prelude `__1='value of values[0]'` …
/// one line each, then `body`, which refers to the values as `${__1}`. Empty lists have already
/// left no word.
struct Script {
  std::vector<Arg> values;
  std::string body;
  bool operator==(const Script&) const = default;
};
struct Command {
  std::variant<ArgumentVector, Script> what;
  Location location;
};

// ---- actions ------------------------------------------------------------------

enum class ActionKind : uint8_t { Source, Build, Test, LiveTest, Deploy, Approve };

/// Something mentioned in a hole. Numbered per handle in order of first mention: `env` by name,
/// then the commands.
struct Input {
  ArtifactRef artifact;
  ArtifactType type = ArtifactType::File;
  std::string baseName;
  /// A `pool` parameter: may be read, counts only as far as the depfile says.
  bool pool = false;
};
struct Output {
  std::string name;     ///< `out`, or the definition's name for it
  std::string fileName; ///< below `/o`; never absolute, no `..`
  ArtifactType type = ArtifactType::File;
};
struct EnvironmentVariable {
  std::string name;
  Arg value;
};
/// A variable or file name, and the name of the secret that fills it.
struct SecretUse {
  std::string name;
  std::string secret;
};
enum class OnFail : uint8_t { Stop, Rollback, Warn };

/// What the body of an action says: of a node that is deferred, nothing yet.
struct BodySpec {
  // What the key is made of (see action_key.h).
  std::vector<Command> run;
  std::optional<Command> resolve;               ///< source
  std::optional<Command> rollback;              ///< deploy
  std::optional<Command> probe;                 ///< deploy
  std::vector<EnvironmentVariable> environment; ///< sorted by name
  std::vector<std::string> shell = {"sh", "-eu", "-c"};
  std::vector<Input> inputs;
  std::optional<ArtifactRef> work;
  std::optional<ArtifactRef> image;
  std::optional<std::string> platform;
  std::optional<std::string> depfile;
  std::optional<std::string> digest;  ///< `sha256:…`, of a source without `resolve`
  std::vector<std::string> paths;     ///< host folders as written, of a source
  std::vector<SecretUse> secrets;     ///< sorted by name
  std::vector<SecretUse> secretFiles; ///< sorted by name
  bool nestedNamespaces = false;      ///< whether its processes may make namespaces

  // What no key has.
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<int64_t> cpus;
  std::optional<uint64_t> memory; ///< bytes
  std::optional<uint64_t> disk;   ///< bytes
  int64_t retries = 0;
  std::optional<Arg> message;  ///< approve
  std::vector<std::string> by; ///< approve
};

/// A source, build, test, deploy or approve: what is known of it when it is called, and its body.
struct ActionSpec : BodySpec {
  // In the key, too.
  ActionKind kind = ActionKind::Build;
  std::optional<ArtifactRef> subject; ///< always an input, mentioned or not
  std::vector<Output> outputs;

  // Effects.
  EnvironmentId environmentId; ///< deploy: where to
  std::vector<NodeId>
      deployments;              ///< deploy nodes given as parameters (live test, deploy, approve)
  OnFail onFail = OnFail::Stop; ///< test
  std::optional<std::string> proves; ///< evidence, as `module path:name` or `Tested`, `Approved`
  std::string gate;                  ///< approve: `module path:name`
};

struct Node {
  std::variant<TreeSpec, base::Boxed<ActionSpec>> what; ///< most nodes are trees, which are small
  /// Type of each output; a test has one, TestReport; a deploy and an approve have none.
  std::vector<ArtifactType> types;
  std::string label;
  std::vector<std::string> aliases;
  /// What the node is called in messages: `site`, `glob`, `tree`.
  std::string definition;
  Location location;
  StageId stage; ///< of the statement that first evaluated it; invalid outside stages
  /// The first stage whose effects wait until this node has succeeded (all later ones do, too): the
  /// stage after `stage`, or for a statement outside stages the next one in the text; invalid if
  /// there is none.
  StageId before;
  /// Nodes that must have succeeded first without being inputs: proofs that a parameter's type or
  /// an environment asks for, lists of run-time length, and order between effects of one stage.
  std::vector<NodeId> waits;
  /// It takes a list of run-time length: until that is expanded only kind, types, outputs, subject,
  /// deployments, environment, evidence and `on_fail` are known (of a Merge: nothing).
  bool deferred = false;
  /// The node's number in the plan as it was lowered, which prune() keeps: what an Expander knows
  /// it by.
  NodeId lowered;

  bool isTree() const { return std::holds_alternative<TreeSpec>(what); }
  const TreeSpec& tree() const { return std::get<TreeSpec>(what); }
  const ActionSpec& action() const { return *std::get<base::Boxed<ActionSpec>>(what); }
  ActionSpec& action() { return *std::get<base::Boxed<ActionSpec>>(what); }
  /// A deploy, live test or approve.
  bool isEffect() const;
  /// Null if the node is none.
  const Expansion* expansion() const;
};

/// Every node that `node` needs before it can start, sorted, each once: inputs, work, image,
/// subject, tree entries, deployments and waits. Stages' barriers are not in it.
std::vector<NodeId> dependencies(const Node& node);

/// `source`, `build`, `test`, `live`, `deploy`, `approve`, `expand`, `merge` or `tree`.
llvm::StringRef kindName(const Node& node);

// ---- the rest of the plan -----------------------------------------------------

struct Stage {
  std::string name;
  bool skipped = false; ///< its `when` was false: it has no nodes
  Location location;
};

struct Environment {
  std::string module; ///< path of the module that declares it
  std::string name;
  std::optional<std::string> url;
  bool isProtected = false;
  std::vector<std::string> paths;       ///< as written
  std::vector<std::string> secretsFrom; ///< globs of secret names; empty: all
  std::vector<std::string> requiredEvidence;
  Location location;
  /// `module:name`, by which the ledger knows it.
  std::string identity() const { return module + ":" + name; }
};

/// What a label of the pipeline stands for: an artifact (if its value is one) and the nodes behind
/// it. In textual order; of lists, maps and records one for each leaf, after the one of the whole.
struct Binding {
  std::string label; ///< `PIPELINE[.STAGE].NAME…`
  std::optional<ArtifactRef> artifact;
  std::vector<NodeId> nodes; ///< what building this label means: makers, proofs, effects
  StageId stage;
  bool effect = false; ///< a call or `let` that reaches an effect
};

/// One file or folder to be kept at `.pipec/out/PIPELINE/PATH`.
struct KeptOutput {
  std::string path; ///< `NAME`, or `NAME/KEY` for the elements of a list or map
  /// If its node is an Expansion: a folder of the elements, of which each gets a KeptOutput when
  /// they are known.
  ArtifactRef artifact;
  std::vector<NodeId> waits; ///< proofs that the value carries
  StageId stage;
};

struct Parameter {
  std::string name;
  std::string value; ///< as `--name value` would give it; a secret: its name
};

struct Plan {
  std::string pipeline;
  std::string module; ///< path of the pipeline's module
  std::vector<Parameter> parameters;
  /// Dependencies come before their users; an expansion adds nodes at the end, which a node that
  /// was deferred may need.
  base::GrowingVector<NodeId, Node> nodes;
  base::IdVector<StageId, Stage> stages; ///< in textual order
  base::IdVector<EnvironmentId, Environment> environments;
  std::vector<Binding> bindings;
  std::vector<KeptOutput> keptOutputs;
  /// The name of every `out` clause of the pipeline, sorted: also of those in skipped stages and of
  /// those that a target leaves out. A copy under any other name belongs to no clause any more.
  std::vector<std::string> declaredOutputs;
  /// What has to be brought up to date; everything else in `nodes` is reached from here.
  std::vector<NodeId> roots;
};

/// Whether a `let`, `out` or call of the pipeline gives the node its label: of what has no
/// execution, only that is shown to people.
bool isNamed(const Plan& plan, const Node& node);

} // namespace pipec::plan
