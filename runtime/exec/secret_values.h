// SecretValues: the values of a step's secrets, to be found in what the step printed and made.
#pragma once

#include "compiler/base/file_system.h"
#include "runtime/exec/step.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// A value is found as it is, line by line if it has several, as hexadecimal digits, in base64
/// wherever it stands in what was encoded, as part of a URL and as a JSON string; all of them also
/// where line breaks have been put in between. What is shorter than eight characters is masked
/// where it stands as it is, and not looked for in files, where it may be a word like any other.
/// What was encrypted, compressed or taken apart is not: this is the second fence, the first is
/// that only commands that are given a secret see it.
class SecretValues {
public:
  /// The secrets of `options`, and what its variables for the network have in them that lets
  /// somebody in: the password of a proxy, say.
  explicit SecretValues(const StepOptions& options);

  bool isEmpty() const { return patterns_.empty(); }

  /// Replaces every value by `***`.
  void mask(std::string& text) const;
  /// Of text that goes on: how much of its beginning can be masked by itself, because no value
  /// stands across the end of that.
  size_t settled(llvm::StringRef text) const;
  /// Of text whose beginning is missing: how much of what there is may be the rest of a value.
  size_t mayEndValue(llvm::StringRef text) const;

  struct Finding {
    std::string name; ///< of the variable or file that the step has the secret in
    std::string path; ///< relative to what was looked through; empty: itself
  };
  /// The first value in the file, or in the files, names and links of the folder, at `path`, in the
  /// order of their names.
  llvm::Expected<std::optional<Finding>> findIn(const std::string& path) const;

private:
  struct Pattern {
    std::string text;    ///< without line breaks
    bool isWhole = true; ///< a short one: masked without line breaks in it, not looked for in files
    std::string name;    ///< as in Finding
  };

  void add(llvm::StringRef name, llvm::StringRef value);
  void add(llvm::StringRef name, std::string text, bool isWhole);
  using Place = std::pair<size_t, size_t>; ///< begin and end
  static std::optional<Place> find(const Pattern& pattern, llvm::StringRef text, size_t from);
  /// A value that stands across the position `at`.
  std::optional<Place> valueAcross(llvm::StringRef text, size_t at) const;
  size_t reachBefore(llvm::StringRef text, size_t at) const;
  const Pattern* firstIn(llvm::StringRef text) const;
  llvm::Expected<const Pattern*> firstInFile(const std::string& path) const;
  llvm::Expected<std::optional<Finding>> findBelow(base::FileSystem& files, const std::string& root,
                                                   std::string relative, base::FileKind kind) const;

  std::vector<Pattern> patterns_; ///< longer ones first
  size_t longest_ = 0;
};

} // namespace pipec::exec
