// `pipec list`: pipelines, stages and nodes with their documentation.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/cli/query.h"
#include "runtime/engine/recorded_expansion.h"
#include "runtime/report/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/GlobPattern.h"

namespace pipec::cli {

std::vector<Option> listOptions() {
  return {formatOption()};
}

namespace {

/// Doc comments by label, read off the syntax tree.
using Docs = llvm::StringMap<std::string>;

struct ListedPipeline {
  driver::PipelineInfo info;
  std::optional<plan::Plan> plan; ///< nullopt: it needs parameters that were not given
  size_t lowered = 0;             ///< how many nodes it has without the elements of lists
  Docs docs;
  std::vector<const plan::Node*> nodes; ///< that match the pattern
};

} // namespace

static llvm::StringRef firstLine(llvm::StringRef doc) {
  return doc.trim().split('\n').first;
}

static Docs docsOf(const ast::ModuleGraph& graph, const driver::PipelineInfo& pipeline) {
  Docs docs;
  auto addLet = [&](const std::string& prefix, const ast::LetDecl& let) {
    docs[prefix + "." + let.name.text] = let.doc;
  };
  for (const ast::Decl& decl : graph[pipeline.module].syntax.decls) {
    const auto* syntax = std::get_if<ast::PipelineDecl>(&decl.node);
    if (!syntax || syntax->name.text != pipeline.name)
      continue;
    for (const ast::PipelineItem& item : syntax->items) {
      if (const auto* let = std::get_if<ast::LetDecl>(&item))
        addLet(pipeline.name, *let);
      const auto* stage = std::get_if<ast::StageDecl>(&item);
      if (!stage)
        continue;
      std::string label = pipeline.name + "." + stage->name.text;
      docs[label] = stage->doc;
      for (const ast::StageItem& inner : stage->items)
        if (const auto* let = std::get_if<ast::LetDecl>(&inner))
          addLet(label, *let);
    }
  }
  return docs;
}

/// PATTERN: with `*`, `?` or `[` a glob over whole labels, else any part of a label.
static llvm::Expected<bool> matches(llvm::StringRef label, llvm::ArrayRef<std::string> patterns) {
  if (patterns.empty())
    return true;
  for (llvm::StringRef pattern : patterns) {
    if (pattern.find_first_of("*?") == llvm::StringRef::npos) {
      if (label.contains(pattern))
        return true;
      continue;
    }
    auto glob = llvm::GlobPattern::create(pattern);
    if (!glob)
      return base::usageError("`" + pattern +
                              "` is no pattern: " + llvm::toString(glob.takeError()));
    if (glob->match(label))
      return true;
  }
  return false;
}

/// Adds what the lists of run-time length consisted of when the pipeline was last built.
static llvm::Error addElements(engine::SelectedPlan& selected, Query& query) {
  plan::Plan& plan = selected.wanted;
  if (!selected.expander)
    return llvm::Error::success();
  auto executions = query.history().executions(plan.pipeline);
  if (!executions)
    return executions.takeError();
  auto last = llvm::find_if(*executions, [&](const history::Execution& execution) {
    return execution.module == plan.module;
  });
  if (last == executions->end())
    return llvm::Error::success();
  auto store = query.store();
  if (!store) {
    llvm::consumeError(store.takeError()); // the cache is gone
    return llvm::Error::success();
  }
  return engine::expandAsRecorded(plan, *selected.expander, query.history(), *last, **store);
}

/// In the plan's order, but the elements of a list behind it.
static std::vector<const plan::Node*> inOrder(const plan::Plan& plan, size_t lowered) {
  std::vector<const plan::Node*> nodes;
  std::vector<bool> placed(plan.nodes.size());
  auto place = [&](size_t i) {
    if (!placed[i])
      nodes.push_back(&plan.nodes[plan.nodes.idAt(i)]);
    placed[i] = true;
  };
  for (size_t i = 0; i < lowered; ++i) {
    place(i);
    const plan::Node& list = plan.nodes[plan.nodes.idAt(i)];
    if (!list.expansion())
      continue;
    for (size_t element = lowered; element < plan.nodes.size(); ++element) {
      llvm::StringRef label = plan.nodes[plan.nodes.idAt(element)].label;
      if (label.consume_front(list.label) && label.starts_with("["))
        place(element);
    }
  }
  for (size_t i = lowered; i < plan.nodes.size(); ++i)
    place(i);
  return nodes;
}

static llvm::Expected<std::vector<ListedPipeline>> gather(engine::Program& program, Query& query,
                                                          llvm::ArrayRef<std::string> patterns) {
  std::vector<ListedPipeline> listed;
  for (const driver::PipelineInfo& info : program.pipelines()) {
    ListedPipeline pipeline;
    pipeline.info = info;
    pipeline.docs = docsOf(program.compilation().graph(), info);
    auto isMissing = [](const driver::PipelineInfo::Parameter& p) { return p.required; };
    if (llvm::none_of(info.parameters, isMissing)) {
      auto plan = program.plan({info, {}}, {});
      if (!plan)
        return plan.takeError();
      if (!*plan)
        return listed; // its errors are told by the caller
      pipeline.lowered = (*plan)->wanted.nodes.size();
      if (llvm::Error error = addElements(**plan, query))
        return error;
      pipeline.plan = std::move((*plan)->wanted);
    }
    listed.push_back(std::move(pipeline));
  }
  for (ListedPipeline& pipeline : listed) {
    if (!pipeline.plan)
      continue;
    for (const plan::Node* node : inOrder(*pipeline.plan, pipeline.lowered)) {
      // Of what has no execution, the lists of run-time length are listed.
      if (node->isTree() && !(node->expansion() && plan::isNamed(*pipeline.plan, *node)))
        continue;
      auto isWanted = matches(node->label, patterns);
      if (!isWanted)
        return isWanted.takeError();
      if (*isWanted)
        pipeline.nodes.push_back(node);
    }
  }
  std::erase_if(listed, [&](const ListedPipeline& pipeline) {
    auto isWanted = matches(pipeline.info.name, patterns);
    bool byName = isWanted && *isWanted;
    llvm::consumeError(isWanted.takeError());
    return pipeline.nodes.empty() && !byName;
  });
  return listed;
}

// ---- text ----------------------------------------------------------------------

static std::string signature(const driver::PipelineInfo& info) {
  std::string text = info.name + "(";
  for (const auto& parameter : info.parameters) {
    if (text.back() != '(')
      text += ", ";
    text += parameter.name + ": " + parameter.type;
    if (!parameter.required)
      text += " = " + parameter.defaultText;
  }
  return text + ")";
}

static void writeNode(llvm::raw_ostream& out, const plan::Node& node, const Docs& docs) {
  std::string label = report::printable(node.label);
  out << "    " << label;
  out.indent(label.size() < 32 ? 32 - label.size() : 1) << ' ' << plan::kindName(node);
  std::string doc = report::printable(firstLine(docs.lookup(node.label)));
  if (!doc.empty())
    out.indent(8 - plan::kindName(node).size()) << doc;
  out << '\n';
}

static void writeText(llvm::raw_ostream& out, llvm::ArrayRef<ListedPipeline> pipelines) {
  for (const ListedPipeline& pipeline : pipelines) {
    out << report::printable(pipeline.info.modulePath) << ": " << signature(pipeline.info) << '\n';
    if (std::string doc = report::printable(firstLine(pipeline.info.doc)); !doc.empty())
      out << "  " << doc << '\n';
    if (!pipeline.plan) {
      out << "  (its nodes depend on parameters without a default)\n";
      continue;
    }
    plan::StageId stage;
    bool any = false;
    for (const plan::Node* node : pipeline.nodes) {
      if (node->stage != stage || !any) {
        stage = node->stage;
        if (stage.valid()) {
          const std::string& name = pipeline.plan->stages[stage].name;
          std::string doc =
              report::printable(firstLine(pipeline.docs.lookup(pipeline.info.name + "." + name)));
          out << "  stage " << name << (doc.empty() ? "" : "  ") << doc << '\n';
        }
      }
      any = true;
      writeNode(out, *node, pipeline.docs);
    }
    for (const plan::Stage& skipped : pipeline.plan->stages)
      if (skipped.skipped)
        out << "  stage " << skipped.name << "  (skipped with these parameters)\n";
  }
}

// ---- JSON ----------------------------------------------------------------------

static void writeJson(llvm::json::OStream& json, const ListedPipeline& pipeline) {
  using base::jsonText;
  const driver::PipelineInfo& info = pipeline.info;
  json.attribute("file", jsonText(info.modulePath));
  json.attribute("name", jsonText(info.name));
  json.attribute("doc", jsonText(info.doc));
  json.attributeArray("parameters", [&] {
    for (const auto& parameter : info.parameters)
      json.object([&] {
        json.attribute("name", jsonText(parameter.name));
        json.attribute("type", jsonText(parameter.type));
        json.attribute("default", jsonText(parameter.defaultText));
        json.attribute("required", parameter.required);
        json.attribute("doc", jsonText(parameter.doc));
      });
  });
  json.attributeArray("stages", [&] {
    if (pipeline.plan)
      for (const plan::Stage& stage : pipeline.plan->stages)
        json.object([&] {
          json.attribute("name", jsonText(stage.name));
          json.attribute("skipped", stage.skipped);
          json.attribute("doc", jsonText(pipeline.docs.lookup(info.name + "." + stage.name)));
        });
  });
  json.attributeArray("nodes", [&] {
    for (const plan::Node* node : pipeline.nodes)
      json.object([&] {
        json.attribute("label", jsonText(node->label));
        json.attribute("kind", plan::kindName(*node));
        json.attribute("definition", jsonText(node->definition));
        if (node->stage.valid())
          json.attribute("stage", jsonText(pipeline.plan->stages[node->stage].name));
        json.attributeArray("aliases", [&] {
          for (const std::string& alias : node->aliases)
            json.value(jsonText(alias));
        });
        json.attribute("doc", jsonText(pipeline.docs.lookup(node->label)));
        json.attribute("file", jsonText(node->location.file));
        json.attribute("line", node->location.line);
      });
  });
}

namespace {

/// Words that name files or folders say where to look; the others are patterns.
struct ListWords {
  std::vector<engine::Target> places;
  std::vector<std::string> patterns;
};

} // namespace

static ListWords sortWords(llvm::ArrayRef<std::string> words) {
  ListWords sorted;
  for (const std::string& word : words) {
    engine::Target target = engine::parseTarget(word);
    if (!target.label.empty())
      sorted.patterns.push_back(std::exchange(target.label, {}));
    if (!target.folder.empty() || !target.file.empty())
      sorted.places.push_back(std::move(target));
  }
  return sorted;
}

static void writeDocument(llvm::raw_ostream& out, llvm::ArrayRef<ListedPipeline> pipelines) {
  out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.list/1");
      json.attributeArray("pipelines", [&] {
        for (const ListedPipeline& pipeline : pipelines)
          json.object([&] { writeJson(json, pipeline); });
      });
    });
  });
}

llvm::Expected<ExitCode> runList(Words words, Streams& io) {
  auto invocation = invokeSimple("list", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto asJson = wantsJson((*invocation)->arguments);
  if (!asJson)
    return asJson.takeError();
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  ListWords sorted = sortWords((*invocation)->arguments.words());
  auto program = engine::Program::load(*workspace, sorted.places);
  if (!program)
    return program.takeError();
  std::vector<ListedPipeline> pipelines;
  if (!(*program)->hasErrors()) {
    auto query = Query::open((*invocation)->common, io);
    if (!query)
      return query.takeError();
    auto gathered = gather(**program, **query, sorted.patterns);
    if (!gathered)
      return gathered.takeError();
    pipelines = std::move(*gathered);
  }
  driver::Compilation& compilation = (*program)->compilation();
  io.show(compilation.sources(), compilation.diagnostics(), /*withWarnings=*/false);
  if ((*program)->hasErrors())
    return ExitCode::Usage;
  if (*asJson)
    writeDocument(io.out, pipelines);
  else
    writeText(io.out, pipelines);
  return ExitCode::Success;
}

} // namespace pipec::cli
