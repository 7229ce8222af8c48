// Names of types and symbols as the user writes them.
#include "compiler/sema/typed_program.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

namespace {

const char* simpleName(TypeKind kind) {
  switch (kind) {
  case TypeKind::Error:
    return "?";
  case TypeKind::None:
    return "none";
  case TypeKind::Bool:
    return "Bool";
  case TypeKind::Int:
    return "Int";
  case TypeKind::String:
    return "String";
  case TypeKind::Duration:
    return "Duration";
  case TypeKind::Size:
    return "Size";
  case TypeKind::Version:
    return "Version";
  case TypeKind::Url:
    return "Url";
  case TypeKind::Arg:
    return "Arg";
  case TypeKind::Command:
    return "Command";
  case TypeKind::Secret:
    return "Secret";
  case TypeKind::File:
    return "File";
  case TypeKind::Dir:
    return "Dir";
  case TypeKind::Image:
    return "Image";
  case TypeKind::TestReport:
    return "TestReport";
  case TypeKind::Artifact:
    return "Artifact";
  case TypeKind::Vector:
    return "list of arguments";
  default:
    llvm_unreachable("a type with parts");
  }
}

} // namespace

const SettingInfo* ActionInfo::setting(SettingKind wanted) const {
  for (const SettingInfo& setting : settings)
    if (setting.kind == wanted)
      return &setting;
  return nullptr;
}

std::string TypedProgram::symbolName(SymbolId id, ast::ModuleId viewer) const {
  const Symbol& symbol = symbols[id];
  if (!viewer.valid() || !symbol.module.valid() || symbol.module == viewer)
    return symbol.name;
  const ast::LoadedModule& from = (*graph)[viewer];
  for (size_t i = 0; i < from.imports.size(); ++i)
    if (from.imports[i] == symbol.module)
      return from.syntax.uses[i].boundName() + "." + symbol.name;
  return symbol.name;
}

std::string TypedProgram::typeName(TypeId id, ast::ModuleId viewer) const {
  const Type& type = types[id];
  auto element = [&] { return typeName(type.element, viewer); };
  switch (type.kind) {
  case TypeKind::Deployment:
    return type.symbol.valid() ? "Deployment<" + symbolName(type.symbol, viewer) + ">"
                               : "Deployment";
  case TypeKind::List:
    return "List<" + element() + ">";
  case TypeKind::Each:
    return "Each<" + element() + ">";
  case TypeKind::Optional:
    return element() + "?";
  case TypeKind::Map:
    return "Map<" + typeName(type.key, viewer) + ", " + element() + ">";
  case TypeKind::Pair:
    return "Pair<" + typeName(type.key, viewer) + ", " + element() + ">";
  case TypeKind::Record:
  case TypeKind::Enum:
    return symbolName(type.symbol, viewer);
  case TypeKind::Outputs:
    return "outputs of " + symbolName(type.symbol, viewer);
  case TypeKind::With: {
    std::string text = element() + " with ";
    for (size_t i = 0; i < type.evidence.size(); ++i)
      text += (i == 0 ? "" : " & ") + symbolName(type.evidence[i], viewer);
    return text;
  }
  default:
    return simpleName(type.kind);
  }
}

} // namespace pipec::sema
