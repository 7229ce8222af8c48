// Finding environments, and describing them.
#include "runtime/cli/environments.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/json.h"
#include "compiler/base/place_inside.h"
#include "compiler/parse/parse.h"
#include "runtime/engine/session.h"
#include "runtime/engine/targets.h"
#include "runtime/environment/clock.h"
#include "runtime/environment/operator.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace pipec::cli {

using base::jsonText;
using environment::EnvironmentStatus;
using environment::Origin;
using environment::State;

// ---- which there are -----------------------------------------------------------

static void addDeclared(const std::string& module, const std::string& text,
                        std::set<std::string>& identities) {
  if (!llvm::StringRef(text).contains("environment"))
    return;
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList ignored;
  ast::Module parsed = parse::parseModule(sources, sources.add(module, text), ignored);
  for (const ast::Decl& decl : parsed.decls)
    if (const auto* environment = std::get_if<ast::EnvironmentDecl>(&decl.node))
      identities.insert(module + ":" + environment->name.text);
}

static std::set<std::string> declaredIn(const workspace::Workspace& workspace) {
  std::set<std::string> identities;
  auto files = engine::pipeFilesIn(workspace, "", /*recursive=*/true);
  if (!files) {
    // Some folder cannot be read; what is deployed is known all the same.
    llvm::consumeError(files.takeError());
    return identities;
  }
  auto disk = base::makeRealFileSystem();
  for (const std::string& file : *files) {
    auto place = base::findInside(*disk, workspace.root, file);
    if (!place)
      llvm::consumeError(place.takeError());
    else if (*place != base::PlaceInside::File)
      continue; // a link that leaves the workspace, which is no module
    auto text = disk->read(workspace.root + "/" + file);
    if (text)
      addDeclared(file, *text, identities);
    else
      llvm::consumeError(text.takeError());
  }
  return identities;
}

llvm::Expected<Environments> Environments::read(const workspace::Workspace& workspace,
                                                environment::Ledger& ledger) {
  auto statuses = ledger.environments();
  if (!statuses)
    return statuses.takeError();
  Environments environments(workspace);
  std::set<std::string> declared = declaredIn(workspace);
  for (EnvironmentStatus& status : *statuses) {
    bool isDeclared = declared.erase(status.identity) != 0;
    environments.known.push_back({std::move(status), isDeclared});
  }
  for (const std::string& identity : declared)
    environments.known.push_back({{identity, {}, "", std::nullopt}, true});
  llvm::sort(environments.known, [](const KnownEnvironment& a, const KnownEnvironment& b) {
    return a.status.identity < b.status.identity;
  });
  return environments;
}

llvm::Expected<const KnownEnvironment*> Environments::find(llvm::StringRef word) const {
  std::string module;
  llvm::StringRef name = word;
  if (size_t colon = word.rfind(':'); colon != llvm::StringRef::npos) {
    name = word.drop_front(colon + 1);
    auto path = workspace.relative(word.take_front(colon));
    if (!path)
      return path.takeError();
    module = std::move(*path);
  }
  std::vector<const KnownEnvironment*> meant;
  std::vector<llvm::StringRef> names;
  for (const KnownEnvironment& one : known) {
    const std::string& identity = one.status.identity;
    names.push_back(module.empty() ? environment::nameOf(identity) : llvm::StringRef(identity));
    if (module.empty() ? names.back() == name : identity == module + ":" + name.str())
      meant.push_back(&one);
  }
  if (meant.size() == 1)
    return meant.front();
  if (meant.size() > 1) {
    std::string text = ("there are several environments `" + name + "`; say which:").str();
    for (const KnownEnvironment* one : meant)
      text += "\n  " + one->status.identity;
    return base::usageError(text);
  }
  std::string text = ("there is no environment `" + word + "`").str();
  llvm::StringRef nearest =
      diagnostics::closestName(module.empty() ? name.str() : module + ":" + name.str(), names);
  if (!nearest.empty())
    text += ("; did you mean `" + nearest + "`?").str();
  else
    text += known.empty() ? ": nothing was ever deployed here, and no file declares one"
                          : "; `pipec envs` lists them";
  return base::usageError(text);
}

// ---- commands about one --------------------------------------------------------

llvm::Expected<std::optional<EnvironmentInvocation>>
invokeForEnvironment(llvm::StringRef command, Words words, Streams& io,
                     environment::Access access) {
  auto simple = invokeSimple(command, words, io);
  if (!simple)
    return simple.takeError();
  if (!*simple)
    return std::nullopt;
  EnvironmentInvocation invocation{
      std::move((*simple)->arguments), std::move((*simple)->common), {}, nullptr, "", false};
  auto asJson = wantsJson(invocation.arguments);
  if (!asJson)
    return asJson.takeError();
  invocation.asJson = *asJson;
  if (invocation.arguments.words().size() != 1)
    return base::usageError("`pipec " + command +
                            "` wants one environment: NAME or FILE.pipe:NAME");
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  invocation.workspace = std::move(*workspace);
  auto open = [&](environment::Access how) {
    return engine::openDeployState(invocation.workspace, invocation.common.places, how,
                                   [&io](llvm::StringRef message) { io.warning(message); });
  };
  // A name that is wrong must not leave anything behind.
  auto reading = open(environment::Access::Read);
  if (!reading)
    return reading.takeError();
  auto environments = Environments::read(invocation.workspace, **reading);
  if (!environments)
    return environments.takeError();
  auto found = environments->find(invocation.arguments.words().front());
  if (!found)
    return found.takeError();
  invocation.identity = (*found)->status.identity;
  invocation.ledger = std::move(*reading);
  if (access == environment::Access::Read)
    return invocation;
  auto writing = open(access);
  if (!writing)
    return writing.takeError();
  invocation.ledger = std::move(*writing);
  return invocation;
}

llvm::Expected<EnvironmentStatus> statusOf(environment::Ledger& ledger, llvm::StringRef identity) {
  auto all = ledger.environments();
  if (!all)
    return all.takeError();
  for (EnvironmentStatus& status : *all)
    if (status.identity == identity)
      return std::move(status);
  return EnvironmentStatus{identity.str(), {}, "", std::nullopt};
}

// ---- JSON ----------------------------------------------------------------------

static void writeDigest(llvm::json::OStream& json, llvm::StringRef name,
                        const std::optional<base::Digest>& digest) {
  if (digest)
    json.attribute(name, digest->text());
  else
    json.attribute(name, nullptr);
}

void writeOrigin(llvm::json::OStream& json, const std::optional<Origin>& origin) {
  json.attribute("commit", jsonText(origin ? environment::commitOf(*origin) : ""));
  json.attribute("modified", origin && origin->modified);
  json.attributeArray("sources", [&] {
    if (origin)
      for (const Origin::Source& source : origin->sources)
        json.object([&] {
          json.attribute("label", jsonText(source.label));
          json.attribute("identity", jsonText(source.identity));
        });
  });
}

static void writeStops(llvm::json::OStream& json, const State& state) {
  if (state.freeze)
    json.attributeObject("freeze", [&] {
      json.attribute("by", jsonText(state.freeze->by));
      json.attribute("reason", jsonText(state.freeze->reason));
      if (state.freeze->until)
        json.attribute("until_ms", *state.freeze->until);
      else
        json.attribute("until_ms", nullptr);
    });
  else
    json.attribute("freeze", nullptr);
  json.attribute("frozen", environment::isFrozen(state, environment::now()));
  if (state.hold)
    json.attributeObject("hold", [&] {
      json.attribute("release", state.hold->release.text());
      json.attribute("by", jsonText(state.hold->by));
      json.attribute("reason", jsonText(state.hold->reason));
    });
  else
    json.attribute("hold", nullptr);
}

static void writeObserved(llvm::json::OStream& json, const State& state) {
  using Kind = environment::Observed::Kind;
  bool isProbed = state.observed.kind != Kind::Unprobed;
  json.attribute("probed", isProbed);
  json.attribute("observed", jsonText(state.observed.identity));
  json.attribute("drifted", environment::hasDrifted(state));
}

void writeFields(llvm::json::OStream& json, const EnvironmentStatus& status) {
  const State& state = status.state;
  llvm::StringRef identity = status.identity;
  json.attribute("environment", jsonText(identity));
  json.attribute("file", jsonText(identity.take_front(identity.rfind(':'))));
  json.attribute("name", jsonText(environment::nameOf(identity)));
  json.attribute("url", jsonText(status.url));
  json.attribute("generation", state.generation);
  writeDigest(json, "desired", state.desired);
  json.attribute("recorded", environment::text(state.recorded));
  writeDigest(json, "stable", state.stable);
  json.attribute("verified", environment::verifiedName(state.verified));
  writeOrigin(json, state.origin);
  json.attribute("since_ms", status.made ? status.made->started : 0);
  json.attribute("execution", jsonText(status.made ? status.made->execution : ""));
  json.attribute("actor", jsonText(status.made ? status.made->actor : ""));
  writeObserved(json, state);
  writeStops(json, state);
}

std::string commitText(const std::optional<Origin>& origin) {
  if (!origin)
    return "";
  std::string text = report::printable(environment::commitOf(*origin).take_front(12));
  return !text.empty() && origin->modified && !origin->commit.empty() ? text + "+" : text;
}

} // namespace pipec::cli
