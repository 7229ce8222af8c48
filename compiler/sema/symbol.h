// Symbol: something declared at the top level of a module, or by the prelude.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/base/ids.h"

#include <cstdint>
#include <string>

namespace pipec::sema {

using SymbolId = base::Id<struct SymbolTag>;

/// A variable of one call of one declaration (its frame): parameters first, in order, then what
/// lets, loops and patterns bind.
using SlotId = base::Id<struct SlotTag>;

enum class SymbolKind : uint8_t {
  Let,
  Fn,
  Action,
  Record,
  Enum,
  Evidence,
  Environment,
  Pipeline,
};

struct Symbol {
  SymbolKind kind = SymbolKind::Let;
  std::string name;
  ast::ModuleId module; ///< invalid: the prelude
  uint32_t decl = 0;    ///< index into the module's declarations; of the prelude: unused
  /// Index into the list of TypedProgram for this kind (`lets`, `fns`, …); of evidence: unused.
  uint32_t info = 0;
  ast::SourceRange nameRange; ///< invalid: the prelude
  bool isPublic = false;
};

} // namespace pipec::sema
