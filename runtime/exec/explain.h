// Why a step runs: the difference of two recorded keys, down to the file of a folder.
#pragma once

#include "compiler/plan/action_key.h"
#include "runtime/cas/content_store.h"
#include "runtime/cas/tree_difference.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::exec {

struct Reason {
  Reason(std::string clause) : text(std::move(clause)) {} // NOLINT: a clause is a reason
  Reason(const char* clause) : text(clause) {}            // NOLINT

  std::string text; ///< one clause
  /// Of a key that differs: what does, each in a clause, the most telling first; at most
  /// MaxChanges. `text` begins with the first.
  std::vector<std::string> changes;
  static constexpr size_t MaxChanges = 100;
};

/// A field that differs, with what is behind it if it is a folder on both sides, and both are
/// still in the store.
struct ExplainedDifference {
  plan::FieldDifference field;
  std::vector<cas::FileDifference> files;
  /// Of a pool its names count and no content.
  bool namesOnly() const { return llvm::StringRef(field.tag).starts_with("pool["); }
};
llvm::Expected<std::vector<ExplainedDifference>>
explainDifferences(cas::ContentStore& store, const std::vector<base::Field>& before,
                   const std::vector<base::Field>& after);

/// What happened to a file, without its path: "changed: a1b2c3d4e5f6 → …", "became executable".
std::string describe(const cas::FileDifference& file, bool namesOnly);
/// One clause for each leaf: a file, an argument, a variable, …
std::vector<std::string> describe(llvm::ArrayRef<ExplainedDifference> differences);

} // namespace pipec::exec
