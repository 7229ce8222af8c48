// The few functions that read the tree's own data.
#include "compiler/ast/ast.h"

#include "compiler/ast/module_graph.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Path.h"

namespace pipec::ast {

const Name& nameOf(const Decl& decl) {
  return std::visit([](const auto& node) -> const Name& { return node.name; }, decl.node);
}

llvm::StringRef spell(Clause clause) {
  switch (clause) {
  case Clause::Run:
    return "run";
  case Clause::Resolve:
    return "resolve";
  case Clause::Rollback:
    return "rollback";
  case Clause::Probe:
    return "probe";
  }
  llvm_unreachable("every clause is covered");
}

std::string UseDecl::boundName() const {
  if (alias)
    return alias->text;
  if (!dotted.empty())
    return dotted.back().text;
  return llvm::sys::path::stem(file).str();
}

std::string LoadedModule::directory() const {
  return llvm::sys::path::parent_path(path).str();
}

} // namespace pipec::ast
