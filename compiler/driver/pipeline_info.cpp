// Reads names, parameters and documentation of pipelines off the syntax tree.
#include "compiler/driver/pipeline_info.h"

namespace pipec::driver {
namespace {

std::string textAt(const diagnostics::SourceManager& sources, diagnostics::SourceRange range) {
  if (!range.valid())
    return {};
  return sources.file(range.file).text().slice(range.begin, range.end).str();
}

/// The one name of the type, seen through a `List<…>`.
llvm::StringRef elementTypeName(const ast::Module& module, const ast::TypeExpr& type) {
  const ast::TypeExpr* element = &type;
  if (type.name.parts.size() == 1 && type.name.parts[0].text == "List" && type.args.size() == 1)
    element = &module.types[type.args[0]];
  return element->name.parts.empty() ? llvm::StringRef()
                                     : llvm::StringRef(element->name.parts.back().text);
}

PipelineInfo::Parameter parameterInfo(const ast::Module& module, const ast::Param& param,
                                      const diagnostics::SourceManager& sources) {
  PipelineInfo::Parameter info;
  info.name = param.name.text;
  info.doc = param.doc;
  info.required = !param.defaultValue.valid();
  if (param.defaultValue.valid())
    info.defaultText = textAt(sources, module.exprs[param.defaultValue].range);
  if (!param.type.valid())
    return info;
  const ast::TypeExpr& type = module.types[param.type];
  info.required &= !type.optional;
  info.type = textAt(sources, type.range);
  info.isList = type.name.parts.size() == 1 && type.name.parts[0].text == "List";
  info.isBool = !info.isList && elementTypeName(module, type) == "Bool";
  return info;
}

} // namespace

std::vector<PipelineInfo> pipelinesOf(const ast::ModuleGraph& graph, ast::ModuleId moduleId,
                                      const diagnostics::SourceManager& sources) {
  std::vector<PipelineInfo> found;
  const ast::LoadedModule& module = graph[moduleId];
  for (const ast::Decl& decl : module.syntax.decls) {
    const auto* pipeline = std::get_if<ast::PipelineDecl>(&decl.node);
    if (!pipeline)
      continue;
    PipelineInfo info;
    info.module = moduleId;
    info.modulePath = module.path;
    info.name = pipeline->name.text;
    info.doc = decl.doc;
    for (const ast::Param& param : pipeline->params)
      info.parameters.push_back(parameterInfo(module.syntax, param, sources));
    found.push_back(std::move(info));
  }
  return found;
}

} // namespace pipec::driver
