// Diagnostic: one message about the user's program, as data; and where diagnostics go.
#pragma once

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/source_file.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <string>
#include <vector>

namespace pipec::diagnostics {

/// A place with what to say there; an empty text is an underline alone.
struct Label {
  SourceRange range;
  std::string text;
};

/// Replace `range` by `replacement`.
struct Edit {
  SourceRange range;
  std::string replacement;
};

/// An edit that a machine can make. Several fixes of one diagnostic are alternatives.
struct Fix {
  std::string description; ///< the new text as a person reads it, for example `timeout`
  std::vector<Edit> edits;
  /// It is probably meant, or has a value that somebody must choose: a person decides.
  bool isGuess = false;
};

/// `message` is one sentence, in the user's terms, without a full stop; `primary` is the place it
/// is about.
struct Diagnostic {
  Code code = Code::E0001;
  std::string message;
  Label primary;
  std::vector<Label> secondary; ///< other places that matter ("required here")
  std::vector<std::string> notes;
  std::string help;
  std::vector<Fix> fixes;

  Severity severity() const { return severityOf(code); }
  /// The fix that needs nobody's decision: no guess, and without an alternative. Null if none is.
  const Fix* automaticFix() const {
    return fixes.size() == 1 && !fixes.front().isGuess ? &fixes.front() : nullptr;
  }
};

/// Receives diagnostics in the order they are found.
class DiagnosticConsumer {
public:
  virtual ~DiagnosticConsumer() = default;
  virtual void handle(Diagnostic diagnostic) = 0;
};

/// Keeps them all.
class DiagnosticList final : public DiagnosticConsumer {
public:
  void handle(Diagnostic diagnostic) override;
  const std::vector<Diagnostic>& all() const { return diagnostics; }
  bool hasErrors() const { return errors != 0; }
  size_t errorCount() const { return errors; }
  /// By file, place and code; equal ones once.
  void sort();

private:
  std::vector<Diagnostic> diagnostics;
  size_t errors = 0;
};

/// Builds one diagnostic and hands it over at the end of the full expression:
/// `emitter.emit(Code::E0204, range, "…").label("…").also(other, "…").help("…");`
class DiagnosticBuilder {
public:
  DiagnosticBuilder(DiagnosticConsumer& consumer, Diagnostic diagnostic)
      : consumer(&consumer), diagnostic(std::move(diagnostic)) {}
  DiagnosticBuilder(const DiagnosticBuilder&) = delete;
  DiagnosticBuilder& operator=(const DiagnosticBuilder&) = delete;
  ~DiagnosticBuilder() { consumer->handle(std::move(diagnostic)); }

  DiagnosticBuilder& label(const llvm::Twine& text);
  DiagnosticBuilder& also(SourceRange range, const llvm::Twine& text);
  DiagnosticBuilder& note(const llvm::Twine& text);
  DiagnosticBuilder& help(const llvm::Twine& text);
  /// Replaces `range` by `replacement`; the description is the replacement itself unless given.
  DiagnosticBuilder& fix(SourceRange range, const llvm::Twine& replacement,
                         const llvm::Twine& description = {});
  /// For a fix of several edits.
  DiagnosticBuilder& fix(Fix fix);
  /// The same as a guess.
  DiagnosticBuilder& suggest(SourceRange range, const llvm::Twine& replacement,
                             const llvm::Twine& description = {});

private:
  DiagnosticConsumer* consumer;
  Diagnostic diagnostic;
};

class DiagnosticEmitter {
public:
  explicit DiagnosticEmitter(DiagnosticConsumer& consumer) : consumer(&consumer) {}
  DiagnosticBuilder emit(Code code, SourceRange range, const llvm::Twine& message);

private:
  DiagnosticConsumer* consumer;
};

/// The name in `candidates` closest to `name` (Damerau–Levenshtein distance at most 2, at most 1
/// for names of two or three letters, never 0; ties by order), else one that differs only in whole
/// words at its end (`tree_of`, `tree`), or an empty string.
llvm::StringRef closestName(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace pipec::diagnostics
