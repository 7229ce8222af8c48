// The plan's canonical JSON.
#include "compiler/plan/plan_json.h"

#include "compiler/base/json.h"
#include "compiler/plan/arg_text.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::plan {

using llvm::json::OStream;

static std::string artifactText(const ArtifactRef& artifact) {
  return llvm::utostr(artifact.node.index) + "." + llvm::utostr(artifact.output);
}

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

static llvm::StringRef onFailName(OnFail onFail) {
  switch (onFail) {
  case OnFail::Stop:
    return "stop";
  case OnFail::Rollback:
    return "rollback";
  case OnFail::Warn:
    return "warn";
  }
  llvm_unreachable("a test fails in one of three ways");
}

namespace {
/// Writes fields of the object that is open; each `field` leaves out what is empty.
class Writer {
public:
  explicit Writer(OStream& json) : json_(json) {}

  void text(llvm::StringRef name, llvm::StringRef value) {
    if (!value.empty())
      json_.attribute(name, base::jsonText(value));
  }
  void maybe(llvm::StringRef name, const std::optional<std::string>& value) {
    if (value)
      json_.attribute(name, base::jsonText(*value));
  }
  void number(llvm::StringRef name, int64_t value) {
    if (value != 0)
      json_.attribute(name, value);
  }
  void flag(llvm::StringRef name, bool value) {
    if (value)
      json_.attribute(name, true);
  }
  template <class T> void id(llvm::StringRef name, T value) {
    if (value.valid())
      json_.attribute(name, value.index);
  }
  void artifact(llvm::StringRef name, const std::optional<ArtifactRef>& value) {
    if (value)
      json_.attribute(name, artifactText(*value));
  }
  void list(llvm::StringRef name, const std::vector<std::string>& values) {
    array(name, values, [&](const std::string& value) { json_.value(base::jsonText(value)); });
  }
  void ids(llvm::StringRef name, const std::vector<NodeId>& values) {
    array(name, values, [&](NodeId value) { json_.value(value.index); });
  }
  void location(const Location& place) {
    if (!place.file.empty())
      text("at", place.file + ":" + llvm::utostr(place.line) + ":" + llvm::utostr(place.column));
  }
  template <class Values, class Write>
  void array(llvm::StringRef name, const Values& values, Write write) {
    if (values.empty())
      return;
    json_.attributeArray(name, [&] {
      for (const auto& value : values)
        write(value);
    });
  }
  /// An array of objects; `write` fills each.
  template <class Values, class Write>
  void objects(llvm::StringRef name, const Values& values, Write write) {
    array(name, values, [&](const auto& value) { json_.object([&] { write(value); }); });
  }

  void command(const Command& command);
  void tree(const TreeSpec& tree);
  void action(const ActionSpec& spec);
  void settings(const ActionSpec& spec);
  void effects(const ActionSpec& spec);
  void node(NodeId id, const Node& node);
  void environment(const Environment& environment);
  void plan(const Plan& plan);

private:
  void args(llvm::StringRef name, const std::vector<Arg>& values) {
    array(name, values, [&](const Arg& value) { json_.value(base::jsonText(argText(value))); });
  }
  void secrets(llvm::StringRef name, const std::vector<SecretUse>& uses) {
    objects(name, uses, [&](const SecretUse& use) {
      text("name", use.name);
      text("secret", use.secret);
    });
  }

  OStream& json_;
};
} // namespace

void Writer::command(const Command& command) {
  if (const auto* vector = std::get_if<ArgumentVector>(&command.what)) {
    args("argv", vector->arguments);
  } else {
    const Script& script = std::get<Script>(command.what);
    json_.attribute("script", base::jsonText(script.body));
    args("values", script.values);
  }
  location(command.location);
}

void Writer::tree(const TreeSpec& tree) {
  if (const auto* path = std::get_if<RepositoryPath>(&tree)) {
    json_.attribute("path", base::jsonText(path->path));
  } else if (const auto* file = std::get_if<TextFile>(&tree)) {
    json_.attribute("content", base::jsonText(file->content));
  } else if (const auto* composed = std::get_if<ComposedTree>(&tree)) {
    json_.attributeArray("entries", [&] {
      for (const ComposedTree::Entry& entry : composed->entries)
        json_.object([&] {
          text("path", entry.path);
          artifact("artifact", entry.artifact);
        });
    });
  } else if (const auto* part = std::get_if<TreePart>(&tree)) {
    artifact("of", part->of);
    json_.attribute("part", base::jsonText(part->path));
  } else if (const auto* selection = std::get_if<TreeSelection>(&tree)) {
    artifact("of", selection->of);
    json_.attributeArray("select", [&] {
      for (const std::string& pattern : selection->patterns)
        json_.value(base::jsonText(pattern));
    });
  } else if (const auto* expansion = std::get_if<Expansion>(&tree)) {
    artifact("of", expansion->of);
    list("files", expansion->patterns);
  }
}

void Writer::settings(const ActionSpec& spec) {
  if (spec.shell != std::vector<std::string>{"sh", "-eu", "-c"})
    list("shell", spec.shell);
  maybe("platform", spec.platform);
  maybe("depfile", spec.depfile);
  maybe("digest", spec.digest);
  list("paths", spec.paths);
  secrets("secrets", spec.secrets);
  secrets("secret_files", spec.secretFiles);
  if (spec.nestedNamespaces)
    json_.attribute("nested_namespaces", true);
  if (spec.timeout)
    json_.attribute("timeout_ms", static_cast<int64_t>(spec.timeout->count()));
  if (spec.cpus)
    json_.attribute("cpu", *spec.cpus);
  if (spec.memory)
    json_.attribute("memory", *spec.memory);
  if (spec.disk)
    json_.attribute("disk", *spec.disk);
  number("retries", spec.retries);
}

void Writer::effects(const ActionSpec& spec) {
  id("environment", spec.environmentId);
  ids("deployments", spec.deployments);
  if (spec.onFail != OnFail::Stop)
    text("on_fail", onFailName(spec.onFail));
  maybe("proves", spec.proves);
  if (spec.message)
    json_.attribute("message", base::jsonText(argText(*spec.message)));
  list("by", spec.by);
  text("gate", spec.gate);
}

void Writer::action(const ActionSpec& spec) {
  auto single = [&](llvm::StringRef name, const std::optional<Command>& what) {
    if (what)
      json_.attributeObject(name, [&] { command(*what); });
  };
  single("resolve", spec.resolve);
  objects("run", spec.run, [&](const Command& what) { command(what); });
  single("rollback", spec.rollback);
  single("probe", spec.probe);
  objects("env", spec.environment, [&](const EnvironmentVariable& variable) {
    text("name", variable.name);
    json_.attribute("value", base::jsonText(argText(variable.value)));
  });
  objects("inputs", spec.inputs, [&](const Input& input) {
    artifact("artifact", input.artifact);
    text("type", typeName(input.type));
    text("base_name", input.baseName);
    flag("pool", input.pool);
  });
  artifact("work", spec.work);
  artifact("image", spec.image);
  artifact("subject", spec.subject);
  objects("outputs", spec.outputs, [&](const Output& output) {
    text("name", output.name);
    text("file", output.fileName);
    text("type", typeName(output.type));
  });
  settings(spec);
  effects(spec);
}

void Writer::node(NodeId id, const Node& node) {
  json_.attribute("id", id.index);
  text("kind", kindName(node));
  text("label", node.label);
  list("aliases", node.aliases);
  text("definition", node.definition);
  location(node.location);
  this->id("stage", node.stage);
  this->id("before", node.before);
  array("types", node.types, [&](ArtifactType type) { json_.value(typeName(type)); });
  json_.attributeObject("spec", [&] { node.isTree() ? tree(node.tree()) : action(node.action()); });
  ids("waits", node.waits);
  flag("deferred", node.deferred);
}

void Writer::environment(const Environment& environment) {
  text("module", environment.module);
  text("name", environment.name);
  maybe("url", environment.url);
  flag("protected", environment.isProtected);
  list("paths", environment.paths);
  list("secrets_from", environment.secretsFrom);
  list("requires", environment.requiredEvidence);
  location(environment.location);
}

void Writer::plan(const Plan& plan) {
  text("pipeline", plan.pipeline);
  text("module", plan.module);
  objects("parameters", plan.parameters, [&](const Parameter& parameter) {
    text("name", parameter.name);
    json_.attribute("value", base::jsonText(parameter.value));
  });
  objects("stages", plan.stages, [&](const Stage& stage) {
    text("name", stage.name);
    flag("skipped", stage.skipped);
    location(stage.location);
  });
  objects("environments", plan.environments,
          [&](const Environment& environment) { this->environment(environment); });
  uint32_t next = 0;
  objects("nodes", plan.nodes, [&](const Node& node) { this->node(NodeId{next++}, node); });
  objects("bindings", plan.bindings, [&](const Binding& binding) {
    text("label", binding.label);
    artifact("artifact", binding.artifact);
    ids("nodes", binding.nodes);
    id("stage", binding.stage);
    flag("effect", binding.effect);
  });
  objects("kept_outputs", plan.keptOutputs, [&](const KeptOutput& output) {
    text("path", output.path);
    artifact("artifact", output.artifact);
    ids("waits", output.waits);
    id("stage", output.stage);
  });
  list("declared_outputs", plan.declaredOutputs);
  ids("roots", plan.roots);
}

void writeJson(OStream& json, const Plan& plan) {
  json.object([&] { Writer(json).plan(plan); });
}

} // namespace pipec::plan
