// What the tests of lowering share: a program, its repository, and the plan that they give.
#pragma once

#include "memory_files.h"

#include "compiler/lower/lower.h"
#include "compiler/parse/parse.h"
#include "compiler/plan/arg_text.h"
#include "compiler/sema/check.h"
#include "stdlib/stdlib.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace pipec::lower {

using Strings = std::vector<std::string>;

struct Lowered {
  /// Lowers pipeline `pipeline` of `p.pipe`, which has `text`. `names` are files of the repository;
  /// `a -> b` is a link, `a := text` has content, and a name that ends in `/` is a folder.
  explicit Lowered(std::string text, Strings names = {}, std::vector<plan::Parameter> given = {},
                   std::string pipeline = "p") {
    files.add("/w/p.pipe", {base::FileKind::Regular, std::move(text)});
    for (const std::string& name : names)
      addName(name);
    run(std::move(given), std::move(pipeline));
  }

  void addName(llvm::StringRef name) {
    auto [path, target] = name.split(" -> ");
    auto [module, content] = name.split(" := ");
    if (!content.empty())
      files.add("/w/" + module.str(), {base::FileKind::Regular, content.str()});
    else if (!target.empty())
      files.add("/w/" + path.str(), {base::FileKind::Symlink, target.str()});
    else if (path.consume_back("/"))
      files.add("/w/" + path.str(), {base::FileKind::Directory, ""});
    else
      files.add("/w/" + path.str(), {base::FileKind::Regular, ""});
  }

  void run(std::vector<plan::Parameter> given, std::string pipeline) {
    parse::ModuleSources from;
    from.files = &files;
    from.workspace = "/w";
    from.library = [](llvm::StringRef name) -> std::optional<llvm::StringRef> {
      for (const stdlib::Module& module : stdlib::modules())
        if (module.path == ("std/" + name + ".pipe").str())
          return llvm::StringRef(module.text);
      return std::nullopt;
    };
    auto loaded = parse::loadModules(from, {"p.pipe"}, sources, messages);
    REQUIRE(bool(loaded));
    graph = std::move(*loaded);
    program = sema::check(graph, messages);
    if (messages.hasErrors())
      return;
    auto lowered = lower(graph, program, sources, {&files, "/w"},
                         {graph.roots.front(), std::move(pipeline), std::move(given)}, messages);
    if (!lowered)
      usageError = llvm::toString(lowered.takeError());
    else if (*lowered) {
      plan = std::move((*lowered)->plan);
      expander = std::move((*lowered)->expander);
      succeeded = true;
    }
  }

  /// The program must have been lowered.
  const plan::Plan& ok() const {
    INFO(allMessages());
    REQUIRE(succeeded);
    return plan;
  }
  const plan::Node& node(llvm::StringRef label) const {
    for (const plan::Node& node : ok().nodes)
      if (node.label == label)
        return node;
    FAIL("no node " + label.str() + " among " + join(labels()));
    llvm_unreachable("FAIL throws");
  }
  plan::NodeId id(llvm::StringRef label) const {
    uint32_t index = 0;
    while (&plan.nodes[plan::NodeId{index}] != &node(label))
      ++index;
    return plan::NodeId{index};
  }
  const plan::ActionSpec& action(llvm::StringRef label) const { return node(label).action(); }
  Strings labels() const {
    Strings result;
    for (const plan::Node& node : ok().nodes)
      result.push_back(node.label);
    return result;
  }
  /// Labels of the nodes with these ids.
  Strings labelsOf(const std::vector<plan::NodeId>& ids) const {
    Strings result;
    for (plan::NodeId id : ids)
      result.push_back(plan.nodes[id].label);
    return result;
  }
  /// The arguments of the first command of an action, as lossless text.
  Strings argv(llvm::StringRef label, size_t command = 0) const {
    Strings result;
    const auto& vector = std::get<plan::ArgumentVector>(action(label).run.at(command).what);
    for (const plan::Arg& argument : vector.arguments)
      result.push_back(plan::argText(argument));
    return result;
  }
  const plan::Binding& binding(llvm::StringRef label) const {
    for (const plan::Binding& binding : ok().bindings)
      if (binding.label == label)
        return binding;
    FAIL("no binding " + label.str());
    llvm_unreachable("FAIL throws");
  }

  /// `E0703: message`, in order; then a usage error, if there was one.
  Strings allText() const {
    Strings result;
    // The checker's own warnings about unused names are no concern of lowering.
    for (const diagnostics::Diagnostic& diagnostic : messages.all())
      if (diagnostic.code != diagnostics::Code::W0901 &&
          diagnostic.code != diagnostics::Code::W0904)
        result.push_back(
            (diagnostics::codeName(diagnostic.code) + ": " + diagnostic.message).str());
    if (!usageError.empty())
      result.push_back(usageError);
    return result;
  }
  std::string allMessages() const { return join(allText()); }

  static std::string join(const Strings& texts) {
    std::string all;
    for (const std::string& text : texts)
      all += text + "\n";
    return all;
  }

  MemoryFiles files;
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList messages;
  ast::ModuleGraph graph;
  sema::TypedProgram program;
  plan::Plan plan;
  std::unique_ptr<plan::Expander> expander; ///< of `plan`, or of a part of it
  bool succeeded = false;
  std::string usageError;
};

/// A build that shows a text, and a pipeline that calls it with what `expression` gives in text.
inline std::string showing(const std::string& expression, const std::string& declarations = "") {
  return declarations +
         "\nbuild show(v: String) -> File { run [\"echo\", v, out] }"
         "\npipeline p() { let x = show(\"${" +
         expression + "}\") }\n";
}

/// What the expression evaluates to, in text.
inline std::string eval(const std::string& expression, const std::string& declarations = "",
                        Strings names = {}) {
  Lowered lowered(showing(expression, declarations), std::move(names));
  INFO(expression);
  return lowered.argv("p.x").at(1);
}

/// The only message of an expression that cannot be evaluated.
inline std::string failure(const std::string& expression, const std::string& declarations = "",
                           Strings names = {}) {
  Lowered lowered(showing(expression, declarations), std::move(names));
  INFO(expression);
  CHECK_FALSE(lowered.succeeded);
  Strings messages = lowered.allText();
  REQUIRE(messages.size() == 1);
  return messages.front();
}

} // namespace pipec::lower
