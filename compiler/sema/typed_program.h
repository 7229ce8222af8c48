// TypedProgram: what the checker found out about a ModuleGraph, in tables beside the syntax trees.
//
// With it, an evaluator walks the trees without looking a name up or inferring a type again. All
// of this holds for a program that was checked without an error; otherwise the tables are complete
// in size and any entry may be missing (an invalid id, the type Error).
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/sema/builtin.h"
#include "compiler/sema/effects.h"
#include "compiler/sema/shell_scanner.h"
#include "compiler/sema/symbol.h"
#include "compiler/sema/type.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipec::sema {

// ---- what a name stands for ----------------------------------------------------------------

/// A variable of the frame being evaluated.
struct SlotRef {
  SlotId slot;
};
/// A declaration of any module, however it was written (`site`, `git.checkout`).
struct SymbolRef {
  SymbolId symbol;
};
struct EnumMemberRef {
  SymbolId enumeration;
  uint32_t member = 0; ///< index into EnumInfo::members
};
struct ModuleRef {
  ast::ModuleId module;
};
struct PreludeFnRef {
  PreludeFn fn = PreludeFn::Glob;
};
/// A member of a built-in type; the value is MemberExpr::base.
struct MethodRef {
  Method method = Method::FileName;
};
/// A field of a Record or Outputs; the value is MemberExpr::base.
struct FieldRef {
  uint32_t field = 0;
};
struct BodyNameRef {
  BodyName name = BodyName::Out;
  uint32_t output = 0; ///< for Out: index into ActionInfo::outputs (0 for the `out` of a deploy)
};

/// What a NameExpr or MemberExpr stands for; monostate for every other kind of expression.
///   NameExpr    SlotRef, SymbolRef, ModuleRef, PreludeFnRef, BodyNameRef
///   MemberExpr  SymbolRef, EnumMemberRef: the base names a module or enum, and is not evaluated;
///               MethodRef, FieldRef: the base is a value (for ToName and ToUrl: the name `to`)
using Reference = std::variant<std::monostate, SlotRef, SymbolRef, EnumMemberRef, ModuleRef,
                               PreludeFnRef, MethodRef, FieldRef, BodyNameRef>;

// ---- expressions that need more than a type and a reference ----------------------------------

/// One parameter of a call.
struct ArgumentInfo {
  ast::ExprId value; ///< in the caller's module; invalid: the default, in the callee's module
  /// The value is an Each and the parameter of the action a List: the node waits for it.
  bool waits = false;
};

/// What a CallExpr calls. Evaluate the arguments in the order they are written.
struct CallInfo {
  enum class Callee : uint8_t { Fn, Action, Record, Pipeline, Prelude, Method };

  Callee callee = Callee::Fn;
  SymbolId symbol;                     ///< of Fn, Action, Record, Pipeline
  PreludeFn prelude = PreludeFn::Glob; ///< of Prelude
  Method method = Method::FileText;    ///< of Method; the receiver is the callee's MemberExpr::base
  /// One for each declared parameter (field of a Record), in their order. `to = E` is not among
  /// them. Of a built-in, an invalid value is a parameter left out.
  std::vector<ArgumentInfo> arguments;
  SymbolId environment; ///< of a deploy: what `to` names
  /// Of a proving action or deploy: the evidence of the subject's argument, ascending.
  std::vector<SymbolId> subjectEvidence;
};

struct GeneratorInfo {
  /// What `first` and `second` bind; invalid for `_`, and for an absent second binder. Over a list
  /// with two binders `first` is the index; over a map `first` is the key.
  SlotId first;
  SlotId second;
};
/// Each: at least one iterable has the type Each (its value may still be known at evaluation: a
/// List may stand where an Each is wanted).
enum class ComprehensionKind : uint8_t { List, Map, Each };
struct ComprehensionInfo {
  ComprehensionKind kind = ComprehensionKind::List;
  std::vector<GeneratorInfo> generators;
};

struct PatternInfo {
  enum class Kind : uint8_t { Any, None, Some, EnumMember, Literal };

  Kind kind = Kind::Any;
  SlotId slot;         ///< of Some: what it binds; invalid for `_`
  uint32_t member = 0; ///< of EnumMember: index into EnumInfo::members
  ast::ExprId literal; ///< of Literal; its type is the subject's
};
/// Arms in order, alternatives in order. Some arm always matches.
struct MatchInfo {
  std::vector<std::vector<PatternInfo>> arms;
};

/// One for each hole of a shell string, in order.
struct ShellInfo {
  std::vector<ShellHole> holes;
};

/// The findings about one module.
struct CheckedModule {
  /// By ExprId: the type after the expected type was pushed in: a string literal that is read as a
  /// Version or Url has that type (and is well formed), one with an artifact in a hole is Arg, a
  /// `sh"…"` is Command. A list literal in a command's argument vector has the type Vector; its
  /// elements have types of their own.
  /// Invalid also for what is no value: names of modules, types, environments, callees, `to`.
  base::IdVector<ast::ExprId, TypeId> types;
  base::IdVector<ast::ExprId, Reference> references;
  /// By the ExprId of LetDecl::value: the slot that a let inside a declaration binds. Invalid for
  /// every other expression, top-level lets included.
  base::IdVector<ast::ExprId, SlotId> letSlots;
  /// By the index of the declaration; invalid if its name was taken (and that was reported).
  std::vector<SymbolId> declSymbols;

  const CallInfo& callOf(ast::ExprId id) const { return calls[details[id]]; }
  const ComprehensionInfo& comprehensionOf(ast::ExprId id) const {
    return comprehensions[details[id]];
  }
  const MatchInfo& matchOf(ast::ExprId id) const { return matches[details[id]]; }
  const ShellInfo& shellOf(ast::ExprId id) const { return shells[details[id]]; }

  /// By ExprId: index into the list for this kind of expression.
  base::IdVector<ast::ExprId, uint32_t> details;
  std::vector<CallInfo> calls;
  std::vector<ComprehensionInfo> comprehensions;
  std::vector<MatchInfo> matches;
  std::vector<ShellInfo> shells;
};

// ---- declarations ----------------------------------------------------------------------------

/// A parameter, or a field of a record. The slot of a parameter in the frame of its declaration is
/// its index; fields have no slots.
struct ParamInfo {
  std::string name;
  ast::ParamMode mode = ast::ParamMode::Plain;
  TypeId type;
  /// In the declaring module; evaluated in the declaration's frame, where earlier parameters (of a
  /// record: nothing) are bound. Invalid: must be given.
  ast::ExprId defaultValue;
  /// Of a pipeline: a command line can give a value of this type: Bool, Int, String, Duration,
  /// Size, Version, Url, an enum, Secret (by its name), and `T?` and `List<T>` of those.
  bool fromCommandLine = false;
};

struct LetInfo {
  TypeId type;
  ast::ExprId value;
  uint32_t slotCount = 0; ///< of the frame in which `value` is evaluated
  EffectSet effects;
};

/// The statements and the result are in ast::FnDecl.
struct FnInfo {
  std::vector<ParamInfo> params;
  TypeId result;
  uint32_t slotCount = 0;
  EffectSet effects;
  /// A list of run-time length that a call goes through, here or in what it calls; else invalid.
  ast::SourceRange runTimeLoop;
};

/// The constructor is a function whose parameters are the fields. Defaults do not see other fields.
struct RecordInfo {
  std::vector<ParamInfo> fields;
  uint32_t slotCount = 0; ///< of the frame in which defaults are evaluated
};

struct EnumInfo {
  std::vector<std::string> members;
};

struct SettingInfo {
  SettingKind kind = SettingKind::Image;
  ast::ExprId value;
};

struct OutputInfo {
  std::string name;     ///< `out` if there is one unnamed output
  TypeId type;          ///< File, Dir or Image
  ast::ExprId fileName; ///< of `out = …`, a String; invalid: `name`
};

/// The items in order (lets, asserts, and what is listed here again) are in ast::ActionDecl.
struct ActionInfo {
  ast::ActionKind kind = ast::ActionKind::Build;
  bool live = false; ///< a test with a parameter that has a Deployment
  std::vector<ParamInfo> params;
  std::optional<uint32_t> subject; ///< index into `params`
  std::vector<uint32_t> pools;     ///< indices into `params`
  /// Of a source or build. A call gives the output itself, or with `namedOutputs` an Outputs value
  /// with one field for each.
  std::vector<OutputInfo> outputs;
  bool namedOutputs = false;
  /// Of a test or approve; invalid for a test that gives a TestReport. A call gives the subject's
  /// argument with this evidence.
  SymbolId proves;
  std::vector<SettingInfo> settings; ///< in the order written
  std::vector<ast::ExprId> run;      ///< each a Command or an argument vector
  ast::ExprId resolve;               ///< invalid if there is none; so are the next two
  ast::ExprId rollback;
  ast::ExprId probe;
  /// A deploy that writes its URL: `out` is mentioned in its body.
  bool writesUrl = false;
  uint32_t slotCount = 0;
  EffectSet toolEffects;        ///< of the expressions in the body and the defaults
  ast::SourceRange runTimeLoop; ///< see FnInfo

  const SettingInfo* setting(SettingKind wanted) const;
};

/// Identified by the path of its module and its name.
struct EnvironmentInfo {
  std::vector<SymbolId> requires_;   ///< ascending, each once
  std::vector<SettingInfo> settings; ///< in the order written
  uint32_t slotCount = 0;            ///< of the frame in which the settings are evaluated
};

/// The items and stages in order are in ast::PipelineDecl. With `alias`, the alias expression is a
/// CallExpr whose callee is a pipeline, and there are no items.
struct PipelineInfo {
  std::vector<ParamInfo> params;
  uint32_t slotCount = 0;
};

struct TypedProgram {
  const ast::ModuleGraph* graph = nullptr; ///< not owned
  TypeTable types;

  /// Of the prelude first, then module by module, in the order of their declarations.
  base::IdVector<SymbolId, Symbol> symbols;
  std::vector<LetInfo> lets;
  std::vector<FnInfo> fns;
  std::vector<ActionInfo> actions;
  std::vector<RecordInfo> records;
  std::vector<EnumInfo> enums;
  std::vector<EnvironmentInfo> environments;
  std::vector<PipelineInfo> pipelines;

  base::IdVector<ast::ModuleId, CheckedModule> modules;

  /// All top-level lets, each after everything it needs, through functions and actions too.
  std::vector<SymbolId> letOrder;

  struct Prelude {
    SymbolId tested;
    SymbolId approved;
    SymbolId platform; ///< linux_x64, linux_arm64, macos_arm64, windows_x64
    SymbolId onFail;   ///< stop, rollback, warn
  } prelude;

  const LetInfo& letOf(SymbolId id) const { return lets[symbols[id].info]; }
  const FnInfo& fnOf(SymbolId id) const { return fns[symbols[id].info]; }
  const ActionInfo& actionOf(SymbolId id) const { return actions[symbols[id].info]; }
  const RecordInfo& recordOf(SymbolId id) const { return records[symbols[id].info]; }
  const EnumInfo& enumOf(SymbolId id) const { return enums[symbols[id].info]; }
  const EnvironmentInfo& environmentOf(SymbolId id) const { return environments[symbols[id].info]; }
  const PipelineInfo& pipelineOf(SymbolId id) const { return pipelines[symbols[id].info]; }
  /// The declaration; not for a symbol of the prelude.
  const ast::Decl& declOf(SymbolId id) const {
    return (*graph)[symbols[id].module].syntax.decls[symbols[id].decl];
  }

  /// As the user of `viewer` writes it: `List<cc.Mode>`, `Image with Tested & Approved`. Names of
  /// modules that `viewer` does not import (or no viewer) are left out.
  std::string typeName(TypeId type, ast::ModuleId viewer = {}) const;
  std::string symbolName(SymbolId symbol, ast::ModuleId viewer = {}) const;
};

} // namespace pipec::sema
