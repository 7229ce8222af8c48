// The fields of keys. What is walked here is what a result depends on, no more and no less.
#include "compiler/plan/action_key.h"

#include "compiler/plan/arg_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::plan {

/// Any change of what is walked, of a tag or of a value's form makes a new version, and with it
/// every old result unknown. 1: the first. 2: content by its SHA-256.
static constexpr llvm::StringLiteral FormatVersion = "2";
/// The same for sources. 2: variables for the network count, and content by its SHA-256.
static constexpr llvm::StringLiteral SourceFormatVersion = "2";
/// The same for builds, which alone have pools. 2: pools count by their names and by what was read.
/// 3: content by its SHA-256.
static constexpr llvm::StringLiteral BuildFormatVersion = "3";

static llvm::StringRef typeName(ArtifactType type) {
  switch (type) {
  case ArtifactType::File:
    return "File";
  case ArtifactType::Dir:
    return "Dir";
  case ArtifactType::Image:
    return "Image";
  case ArtifactType::TestReport:
    return "TestReport";
  }
  llvm_unreachable("an artifact has one of four types");
}

static std::string contentText(const ContentKey& content) {
  return std::string(1, content.kind) + " " + content.digest.name();
}

/// The texts with holes that a command is made of.
static llvm::ArrayRef<Arg> valuesOf(const Command& command) {
  if (const auto* vector = std::get_if<ArgumentVector>(&command.what))
    return vector->arguments;
  return std::get<Script>(command.what).values;
}

static bool mentionsInput(const Arg& arg, uint32_t index) {
  return llvm::any_of(arg, [&](const Piece& piece) {
    return (piece.kind == HoleKind::InputPath || piece.kind == HoleKind::InputText) &&
           piece.index == index;
  });
}

namespace {
/// One walk: hands each field to the sink under its tag.
class KeyWalk {
public:
  KeyWalk(const ActionSpec& spec, const KeyContext& context, base::FieldSink& sink)
      : spec_(spec), context_(context), sink_(sink) {}

  void kind(llvm::StringRef name, llvm::StringRef version = FormatVersion) {
    field("key", name + "/" + version);
  }

  void commands(llvm::StringRef tag, llvm::ArrayRef<Command> commands) {
    for (auto [index, command] : llvm::enumerate(commands))
      this->command((tag + "[" + llvm::Twine(index) + "]").str(), command);
  }

  void command(const llvm::Twine& tag, const Command& command) {
    std::string prefix = tag.str();
    if (const auto* vector = std::get_if<ArgumentVector>(&command.what)) {
      for (auto [index, argument] : llvm::enumerate(vector->arguments))
        field(prefix + ".arg[" + llvm::Twine(index) + "]", argText(argument),
              renderArg(argument, spec_));
      return;
    }
    const Script& script = std::get<Script>(command.what);
    field(prefix + ".script", script.body);
    for (auto [index, value] : llvm::enumerate(script.values))
      field(prefix + ".value[" + llvm::Twine(index + 1) + "]", argText(value),
            renderArg(value, spec_));
  }

  void setting(llvm::StringRef tag, const std::optional<std::string>& value) {
    if (value)
      field(tag, *value);
  }

  /// Only where it is asked for, so that no other key is another one for it.
  void namespaces() {
    if (spec_.nestedNamespaces)
      field("nested_namespaces", "true");
  }

  void list(llvm::StringRef tag, const std::vector<std::string>& values) {
    for (auto [index, value] : llvm::enumerate(values))
      field(tag + "[" + llvm::Twine(index) + "]", value);
  }

  void environment() {
    for (const EnvironmentVariable& variable : spec_.environment)
      field("env." + variable.name, argText(variable.value), renderArg(variable.value, spec_));
  }

  /// What `resolve` depends on, its machine aside.
  void question() {
    kind("question");
    command("resolve", *spec_.resolve);
    environment();
    list("shell", spec_.shell);
    setting("platform", spec_.platform);
    list("path", spec_.paths);
    secretNames();
    namespaces();
    for (auto [index, input] : llvm::enumerate(spec_.inputs)) {
      auto mentions = [&, number = static_cast<uint32_t>(index)](const Arg& arg) {
        return mentionsInput(arg, number);
      };
      if (llvm::any_of(valuesOf(*spec_.resolve), mentions) ||
          llvm::any_of(spec_.environment,
                       [&](const EnvironmentVariable& v) { return mentions(v.value); }))
        field("input[" + llvm::Twine(index + 1) + "]",
              contentText(context_.inputs[index]) + " " + input.baseName);
    }
    role("work", context_.work);
    role("image", context_.image);
  }

  /// The inputs in their numbers, then those that have a role instead.
  void content() {
    assert(context_.inputs.size() == spec_.inputs.size() && "every input has content");
    for (auto [index, input] : llvm::enumerate(spec_.inputs)) {
      const ContentKey& found = context_.inputs[index];
      field((input.pool ? "pool[" : "input[") + llvm::Twine(index + 1) + "]",
            contentText(found) + " " + input.baseName, found.note);
    }
    for (const PoolRead& read : context_.reads)
      field("read." + llvm::Twine(read.input + 1) + (read.path.empty() ? "" : "/") + read.path,
            contentText(read.content), read.content.note);
    role("work", context_.work);
    role("image", context_.image);
    role("subject", context_.subject);
  }

  void outputs() {
    for (const Output& output : spec_.outputs)
      field("output." + output.name, typeName(output.type) + " " + output.fileName);
  }

  void secretNames() {
    for (const SecretUse& use : spec_.secrets)
      field("secret." + use.name, use.secret);
    for (const SecretUse& use : spec_.secretFiles)
      field("secret_file." + use.name, use.secret);
  }

  /// What every walk has of the evaluated body.
  void body() {
    commands("run", spec_.run);
    environment();
    list("shell", spec_.shell);
    setting("platform", spec_.platform);
    outputs();
    setting("depfile", spec_.depfile);
    setting("digest", spec_.digest);
    list("path", spec_.paths);
    secretNames();
    namespaces();
  }

  /// What the machine adds where the action names no image.
  void machine() {
    field("isolation", context_.isolation);
    if (context_.root)
      field("root", context_.root->name());
    for (const auto& [name, digest] : context_.tools)
      field("tool." + name, digest.name());
  }

  void field(const llvm::Twine& tag, const llvm::Twine& value, llvm::StringRef note = {}) {
    sink_.field(tag.str(), llvm::StringRef(value.str()), note);
  }

private:
  void role(llvm::StringRef tag, const std::optional<ContentKey>& content) {
    if (content)
      field(tag, contentText(*content), content->note);
  }

  const ActionSpec& spec_;
  const KeyContext& context_;
  base::FieldSink& sink_;
};
} // namespace

static llvm::StringRef kindOfKey(ActionKind kind) {
  switch (kind) {
  case ActionKind::Source:
    return "source";
  case ActionKind::Build:
    return "build";
  case ActionKind::Test:
    return "test";
  case ActionKind::LiveTest:
    return "live";
  case ActionKind::Deploy:
  case ActionKind::Approve:
    break;
  }
  llvm_unreachable("deploys have releases, approvals have gates");
}

void walkActionKey(const ActionSpec& spec, const KeyContext& context, base::FieldSink& sink) {
  KeyWalk walk(spec, context, sink);
  walk.kind(kindOfKey(spec.kind), spec.kind == ActionKind::Build    ? BuildFormatVersion
                                  : spec.kind == ActionKind::Source ? SourceFormatVersion
                                                                    : FormatVersion);
  walk.body();
  walk.content();
  if (spec.kind == ActionKind::Source)
    walk.field("identity", context.identity);
  for (const auto& [name, digest] : context.network)
    walk.field("network." + name, digest.hex());
  for (auto [index, deployment] : llvm::enumerate(context.deployments))
    walk.field("deployment[" + llvm::Twine(index + 1) + "]", deployment);
  walk.machine();
}

base::Digest computeActionKey(const ActionSpec& spec, const KeyContext& context) {
  base::FingerprintHasher hasher;
  walkActionKey(spec, context, hasher);
  return hasher.digest();
}

base::Digest computeQuestionKey(const ActionSpec& spec, const KeyContext& context) {
  assert(spec.resolve && "only `resolve` asks a question");
  base::FingerprintHasher hasher;
  KeyWalk(spec, context, hasher).question();
  return hasher.digest();
}

std::vector<std::string> questionValues(const ActionSpec& spec) {
  assert(spec.resolve && "only `resolve` asks a question");
  std::vector<std::string> texts;
  for (const Arg& value : valuesOf(*spec.resolve))
    texts.push_back(renderArg(value, spec));
  return texts;
}

void walkReleaseKey(const ActionSpec& spec, const KeyContext& context,
                    const std::vector<std::pair<std::string, std::string>>& secretVersions,
                    base::FieldSink& sink) {
  assert(spec.kind == ActionKind::Deploy && "only deploys have releases");
  KeyWalk walk(spec, context, sink);
  walk.kind("release");
  walk.body();
  if (spec.rollback)
    walk.command("rollback", *spec.rollback);
  if (spec.probe)
    walk.command("probe", *spec.probe);
  walk.content();
  for (const auto& [name, version] : secretVersions)
    walk.field("secret_version." + name, version);
}

base::Digest
computeRelease(const ActionSpec& spec, const KeyContext& context,
               const std::vector<std::pair<std::string, std::string>>& secretVersions) {
  base::FingerprintHasher hasher;
  walkReleaseKey(spec, context, secretVersions, hasher);
  return hasher.digest();
}

} // namespace pipec::plan
