// Parsing, checking and lowering of a workspace in memory.
#include "compiler/driver/compilation.h"
#include "compiler/plan/action_key.h"
#include "compiler/plan/plan_json.h"
#include "compiler/sema/dump.h"
#include "tests/fuzz/reported.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/compiler/lower/memory_files.h"

namespace pipec::fuzz {

using lower::MemoryFiles;

/// What the program under test finds beside itself.
static void addRepository(MemoryFiles& files) {
  for (const char* path : {"/w/package.json", "/w/src/main.c", "/w/src/util.c", "/w/src/util.h",
                           "/w/test/unit.c", "/w/odd name/it's $(x).c"})
    files.add(path, {base::FileKind::Regular, ""});
  files.add("/w/link.c", {base::FileKind::Symlink, "src/main.c"});
  files.add("/w/loop", {base::FileKind::Symlink, "loop"});
  files.add("/w/lib.pipe", {base::FileKind::Regular,
                            "pub enum Mode { debug, release }\n"
                            "pub evidence Scanned\n"
                            "pub type Pair2 { first: File, second: List<String> = [] }\n"
                            "pub fn flags(mode: Mode) -> List<String> =\n"
                            "  match mode { debug => [\"-g\"], release => [\"-O2\"] }\n"
                            "pub fn show(x: String) -> Command = sh\"echo ${x}\"\n"
                            "pub build compile(src: File, flags: List<String> = []) -> File {\n"
                            "  run sh\"cc ${flags} -o ${out} ${src}\"\n"
                            "}\n"
                            "pub test scan(subject app: Dir) proves Scanned { run [\"s\", app] }\n"
                            "environment Staging\n"
                            "pub environment Production requires Scanned & Tested\n"
                            "pub deploy copy(subject d: Dir) { run [\"cp\", d, to.name] }\n"});
}

static void walkKeys(const plan::Plan& plan) {
  struct NullSink final : base::FieldSink {
    void field(llvm::StringRef, llvm::StringRef, llvm::StringRef) override {}
  } sink;
  for (const plan::Node& node : plan.nodes) {
    if (node.isTree())
      continue;
    const plan::ActionSpec& action = node.action();
    for (const plan::Command& command : action.run)
      plan::render(command, action);
    plan::KeyContext context;
    context.inputs.resize(action.inputs.size());
    context.deployments.resize(action.deployments.size());
    if (action.kind == plan::ActionKind::Deploy)
      plan::walkReleaseKey(action, context, {}, sink);
    else if (action.kind != plan::ActionKind::Approve)
      plan::walkActionKey(action, context, sink);
  }
}

/// Goes on as an execution would whose directories all have the same few files.
static void expandLists(lower::LoweredPipeline& lowered) {
  static constexpr size_t MostNodes = 10'000; // lists of elements' lists have no end of their own
  plan::Plan& plan = lowered.plan;
  for (size_t i = 0; i < plan.nodes.size() && plan.nodes.size() < MostNodes; ++i) {
    plan::NodeId node = plan.nodes.idAt(i);
    const plan::Expansion* expansion = plan.nodes[node].expansion();
    if (!expansion && !plan.nodes[node].deferred)
      continue;
    std::vector<std::string> files;
    if (expansion && expansion->of)
      files = {"a.c", "odd name/it's $(x).c"};
    auto growth = lowered.expander->expand(plan, node, files);
    if (!growth) {
      expect(!llvm::toString(growth.takeError()).empty(), "a refusal without a reason");
      return;
    }
    expect(growth->failure || expansion || !plan.nodes[node].deferred,
           "a node waits for lists that are known");
    if (growth->failure)
      return;
  }
  walkKeys(plan);
}

static void lowerPipelines(driver::Compilation& compilation) {
  for (const driver::PipelineInfo& pipeline : compilation.pipelines()) {
    std::vector<plan::Parameter> parameters;
    for (const driver::PipelineInfo::Parameter& parameter : pipeline.parameters)
      if (parameter.required)
        parameters.push_back({parameter.name, "1"});
    auto lowered = compilation.lower(pipeline, std::move(parameters));
    if (!lowered) {
      expect(!llvm::toString(lowered.takeError()).empty(), "a refusal without a reason");
      continue;
    }
    expect(lowered->has_value() || compilation.diagnostics().hasErrors(),
           "no plan, and nothing says why");
    if (!*lowered)
      return;
    std::string text;
    llvm::raw_string_ostream out(text);
    llvm::json::OStream json(out);
    plan::writeJson(json, (*lowered)->plan);
    walkKeys((*lowered)->plan);
    if ((*lowered)->expander)
      expandLists(**lowered);
  }
}

void fuzzFrontEnd(llvm::StringRef bytes) {
  auto [first, second] = bytes.split("\n//// other.pipe\n");
  MemoryFiles files;
  addRepository(files);
  files.add("/w/p.pipe", {base::FileKind::Regular, first.str()});
  files.add("/w/other.pipe", {base::FileKind::Regular, second.str()});
  driver::Compilation compilation(files, "/w");
  llvm::cantFail(compilation.load({"p.pipe"}));
  if (!compilation.diagnostics().hasErrors()) {
    std::string text;
    llvm::raw_string_ostream out(text);
    sema::dump(out, compilation.program(), compilation.graph().roots.front());
    lowerPipelines(compilation);
  }
  checkDiagnostics(compilation.sources(), compilation.diagnostics());
}

} // namespace pipec::fuzz
