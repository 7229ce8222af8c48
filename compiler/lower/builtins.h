// What the compiler itself brings: prelude functions and members of built-in types.
#pragma once

#include "compiler/lower/session.h"

namespace pipec::lower {

/// A call, or the mention of a member.
struct BuiltinCall {
  Session& session;
  SourceRange range;
  ast::ModuleId module; ///< in which it is written
  /// Without the receiver; a parameter left out has no value.
  llvm::ArrayRef<std::optional<Value>> arguments;
  sema::TypeId type = {}; ///< of what a call gives
  /// What stands in the text for each argument; empty for the mention of a member.
  llvm::ArrayRef<sema::ArgumentInfo> written = {};

  const Value& argument(size_t index) const { return *arguments[index]; }
  diagnostics::DiagnosticBuilder error(Code code, const llvm::Twine& message) const {
    return session.reporter.report(code, range, message);
  }
};

Result callPrelude(const BuiltinCall& call, sema::PreludeFn fn);
/// Not ToName and ToUrl, which belong to a body and not to a value.
Result callMember(const BuiltinCall& call, sema::Method method, const Value& receiver);

// By file. Each handles the members that its comment names.
Result textMember(const BuiltinCall& call, sema::Method method, const Value& receiver);
Value versionMember(sema::Method method, llvm::StringRef version);
Value urlMember(sema::Method method, llvm::StringRef url);
Result listMember(const BuiltinCall& call, sema::Method method, const List& receiver);
Result mapMember(const BuiltinCall& call, sema::Method method, const MapData& receiver);
Result artifactMember(const BuiltinCall& call, sema::Method method, const Artifact& receiver);

Result globFiles(const BuiltinCall& call);
Result repositoryPath(const BuiltinCall& call, plan::ArtifactType type);
Result composeTree(const BuiltinCall& call);
Result textFile(const BuiltinCall& call);
Result mergeProofs(const BuiltinCall& call);

/// Appends what a hole with this value becomes; the checker has made sure that it may stand there.
void appendText(const Session& session, const Value& value, ArgPieces& pieces);

/// A node without execution, made once. `path` as in NewNode::paths.
Result makeTree(const BuiltinCall& call, plan::TreeSpec spec, plan::ArtifactType type,
                std::string path, llvm::StringRef definition);
/// A file or folder of the repository that is known to exist.
Result makeRepositoryNode(const BuiltinCall& call, std::string path, plan::ArtifactType type,
                          llvm::StringRef definition);

/// Proposes to write `text` instead of an argument, or of element number `item` of it, if it stands
/// there as plain text.
void suggestText(diagnostics::DiagnosticBuilder& report, const BuiltinCall& call, size_t argument,
                 size_t item, llvm::StringRef text);

/// The texts of a String or List<String>.
std::vector<std::string> patternTexts(const Value& value);
/// nullopt if one is no pattern, which is reported.
std::optional<std::vector<base::PathGlob>> compilePatterns(const BuiltinCall& call,
                                                           llvm::ArrayRef<std::string> texts);

} // namespace pipec::lower
