// ModuleState: what the checks of one module share while it is being checked.
#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/joined_messages.h"
#include "compiler/sema/typed_program.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringMap.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace pipec::sema {

using ast::ExprId;
using ast::SourceRange;
using diagnostics::Code;
using diagnostics::DiagnosticBuilder;

/// What a name at the top level of a module stands for: a declaration, or else an import.
struct TopLevelName {
  SymbolId symbol;
  uint32_t use = 0; ///< if `symbol` is invalid: index into the module's uses
  /// Declared twice, which has been reported: which one is meant cannot be known.
  bool isAmbiguous = false;
};

struct ModuleScope {
  llvm::StringMap<TopLevelName> names;
  std::vector<llvm::StringRef> order; ///< of declaration, for suggestions
};

/// Where an expression stands, which decides what it may call.
enum class Place : uint8_t { TopLevel, Default, Fn, ActionBody, Pipeline, Stage, Environment };

/// A call of a fn or action, kept until the effects of all functions are known.
struct CallSite {
  Place place = Place::TopLevel;
  bool perElement = false; ///< in the loop of a comprehension over an Each
  SymbolId owner;
  SymbolId callee;
  SourceRange range;
};

/// A loop over an Each that is in no other.
struct RunTimeLoop {
  SymbolId owner;
  SourceRange list;
};

/// Evaluating `owner` may evaluate `target`.
struct Mention {
  SymbolId owner;
  SymbolId target;
  SourceRange range;
};

/// What all modules share.
struct Session {
  const ast::ModuleGraph& graph;
  TypedProgram& program;
  diagnostics::DiagnosticConsumer& consumer;
  base::IdVector<ast::ModuleId, ModuleScope> scopes;
  ModuleScope prelude;
};

class ModuleState {
public:
  ModuleState(Session& session, ast::ModuleId id);

  Session& session;
  TypedProgram& program;
  TypeTable& types;
  const ast::ModuleId id;
  const ast::LoadedModule& module;
  const ast::Module& syntax;
  CheckedModule& tables;
  ModuleScope& scope;

  std::vector<CallSite> callSites;
  std::vector<RunTimeLoop> runTimeLoops;
  std::vector<Mention> mentions;
  llvm::BitVector usedDecls; ///< by the index of the declaration
  llvm::BitVector usedUses;  ///< by the index of the use

  /// Where the parser has dropped text, what may follow from its absence is not reported: anything
  /// in the same declaration, and elsewhere what needs names or parameters that may be gone.
  DiagnosticBuilder emit(Code code, SourceRange range, const llvm::Twine& message);
  /// At the end of the checks. Warnings about a package are for its authors: it is pinned as it is.
  void releaseMessages() {
    bool withWarnings = module.origin != ast::ModuleOrigin::Package;
    messages_.release(session.consumer, withWarnings);
  }
  /// Something of severity Error was reported, by this check or the parser, about this module.
  bool hasErrors() const { return hasErrors_; }

  SourceRange rangeOf(ExprId expr) const { return syntax.exprs[expr].range; }
  /// The node as a `Node`, or null.
  template <class Node> const Node* as(ExprId expr) const {
    return std::get_if<Node>(&syntax.exprs[expr].node);
  }
  TypeId simple(TypeKind kind) const { return types.simple(kind); }
  TypeId error() const { return types.simple(TypeKind::Error); }
  bool isError(TypeId type) const { return types.is(type, TypeKind::Error); }
  std::string show(TypeId type) const { return program.typeName(type, id); }
  std::string show(SymbolId symbol) const { return program.symbolName(symbol, id); }
  const Symbol& symbol(SymbolId symbol) const { return program.symbols[symbol]; }

  /// Whether the parser has reported something about this declaration of the module: what it gives
  /// is not to be relied on.
  bool isBroken(SymbolId symbol) const;

  /// Notes that `owner` names `target`, which may be of any module.
  void use(SymbolId owner, SymbolId target);
  /// The same, in an expression: `owner` depends on it.
  void mention(SymbolId owner, SymbolId target, SourceRange range);
  /// Of a top-level let of any module. Lets are checked in the order of their dependencies; one
  /// that has no type yet is defined by itself, which is reported with the cycle.
  TypeId typeOfLet(SymbolId let) const;

private:
  /// Whether `range` is in a declaration of which the parser has reported something.
  bool isInBrokenDecl(SourceRange range) const;

  diagnostics::JoinedMessages messages_;
  llvm::BitVector brokenDecls_; ///< by the index of the declaration
  bool textIsMissing_ = false;  ///< here or in an imported module
  bool hasErrors_ = false;
};

/// What to do instead of a loop over an Each in another one (E0503).
inline constexpr llvm::StringLiteral RemedyOfNestedLoop =
    "let one action list both levels, or pass the inner list to an action";

/// `a Dir`, `an Image`.
std::string withArticle(llvm::StringRef noun);
/// `` `a`, `b` and `c` ``; each in back-quotes.
std::string quotedList(llvm::ArrayRef<std::string> names, llvm::StringRef conjunction = "and");
/// What a declaration is, without an article: `build`, `record type`, `function`.
llvm::StringRef describe(const TypedProgram& program, SymbolId symbol);
llvm::StringRef describe(ast::ActionKind kind);

} // namespace pipec::sema
