// RunTimeLists: the lists of run-time length of one evaluation, and what waits for them.
#pragma once

#include "compiler/lower/reporter.h"
#include "compiler/lower/value.h"
#include "compiler/plan/expander.h"

#include "llvm/ADT/ArrayRef.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pipec::lower {

struct Session;

/// An element of a list, once it is known. The key is what its label has in brackets: the path of
/// the file that gave rise to it.
struct Element {
  std::string key;
  Value value;
};
using Elements = std::vector<Element>;

/// What is done when lists are known. It reports its failure (as evaluation does) and gives false.
using Resume = std::function<bool()>;

/// A node stands for each list (an Expansion) and for each thing that waits for lists.
class RunTimeLists {
public:
  explicit RunTimeLists(Session& session) : session_(session) {}

  /// A list in whose place, while proofs are being found (Session::probing), one element stands
  /// that `sample` gives.
  void add(plan::NodeId list, std::function<Result()> sample);
  /// The same for the files in a directory that is made; `file` gives the one with a path.
  using MakeFile = std::function<Result(const std::string& path)>;
  void addFiles(plan::NodeId list, MakeFile file);
  /// The paths that a list of addFiles() consists of; it is set by the next resume().
  void setFiles(plan::NodeId list, std::vector<std::string> paths);
  /// Evaluates `resume` as if it stood here, as soon as all lists that `value` mentions are known.
  void await(plan::NodeId node, const Value& value, Resume resume);
  /// `elements` are what `list` consists of; what waited for it is ready then.
  void set(plan::NodeId list, Elements elements);
  /// Resumes what is ready, in the order in which it was made. Gives the nodes of it that came to
  /// their end without a failure.
  std::vector<plan::NodeId> resume(diagnostics::DiagnosticConsumer& consumer);

  bool empty() const { return lists_.empty(); }
  /// `value` as a List if it is an Each that is known.
  Value resolved(const Value& value) const;
  /// All elements of a List or Each; nullopt if some are not known. Those that were known before
  /// have their number for a key.
  std::optional<Elements> elements(const Value& value) const;
  /// Null if the list is not known.
  const Elements* elementsOf(plan::NodeId list) const;
  /// The part of `value` that shows what its elements are like; nullopt, and reported, if that
  /// cannot be known now.
  Result sample(const Value& value) const;

  /// Why a list could not be expanded, or what waits could not be completed; null if it was not
  /// tried, or nothing went wrong.
  const plan::Growth::Failure* failureOf(plan::NodeId node) const;
  void fail(plan::NodeId node, plan::Growth::Failure failure);

private:
  struct List {
    std::function<Result()> sample;
    MakeFile file; ///< of a list of files
    std::optional<Elements> elements;
    std::vector<size_t> waiters; ///< indices into waiting_
  };
  struct Waiting {
    plan::NodeId node;
    Resume resume;
    size_t missing = 0;
    std::vector<SourceRange> calls; ///< in which the evaluation stood
  };

  plan::Growth::Failure failureOf(const diagnostics::Diagnostic& message);
  bool resumeOne(Waiting& waiting, diagnostics::DiagnosticConsumer& consumer);

  Session& session_;
  std::map<plan::NodeId, List> lists_;
  std::vector<Waiting> waiting_;
  std::set<size_t> ready_; ///< indices into waiting_
  std::map<plan::NodeId, plan::Growth::Failure> failures_;
};

} // namespace pipec::lower
