// Labels: what nodes are called, and what names of the pipeline stand for.
#pragma once

#include "compiler/lower/session.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace pipec::lower {

/// Names the nodes that one statement made, after its value: `LABEL`, `LABEL[3]`, `LABEL.field`;
/// what else was made on the way is `LABEL/callee`, `LABEL/callee#2`. A node that has a name
/// already gets another one.
class Labeler {
public:
  explicit Labeler(Session& session) : session_(session) {}

  /// Keeps `label` from being given to a statement that has no name of its own.
  void reserve(std::string label) { taken_.insert(std::move(label)); }
  bool isTaken(llvm::StringRef label) const { return taken_.contains(label); }
  /// `label`, or with `#2`, `#3`, … if it is taken; taken from now on.
  std::string claim(const std::string& label);

  /// Every part of a value with artifacts in it gets a name and a list of the nodes behind it.
  /// False: these are more than an evaluation may make, which is reported.
  bool mayName(SourceRange range, const Value& value);
  /// The nodes from `firstNode` on were made by the statement `label`, whose value is `value`.
  /// Appends what `label` and its parts stand for to `bindings`, if there is one.
  void name(const std::string& label, const Value& value, size_t firstNode,
            std::vector<plan::Binding>* bindings);
  /// The same for an element of the list `list`, in brackets behind all names of the list: gives
  /// the key, or with `#2`, `#3`, … if it was given before. Nodes that are in a plan already get no
  /// further names there.
  std::string nameElement(plan::NodeId list, const std::string& key, const Value& value,
                          size_t firstNode);
  /// What nameElement() has given names to, since it was asked last.
  std::vector<plan::Binding> takeElementBindings() { return std::exchange(elementBindings_, {}); }
  /// Names the nodes from `firstNode` on that have no name yet.
  void nameRest(const std::string& label, size_t firstNode);

  /// Of a record, of named outputs, or of a pair.
  std::vector<std::string> fieldNames(const RecordData& record) const;

private:
  void visit(const std::string& label, const Value& value, std::vector<plan::Binding>* bindings);
  void visitParts(const std::string& label, const Value& value,
                  std::vector<plan::Binding>* bindings);
  void give(plan::NodeId node, const std::string& label);

  Session& session_;
  llvm::StringSet<> taken_;
  std::vector<plan::Binding> elementBindings_;
  llvm::StringMap<unsigned> callees_; ///< `LABEL/callee` → how many
};

/// What bringing `value` up to date means: its makers, its proofs, and the nodes in its text.
/// Sorted, each once.
std::vector<plan::NodeId> nodesOf(const Value& value);

} // namespace pipec::lower
