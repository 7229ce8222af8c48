// Arguments: the words after a command's name, read by a table of options.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::cli {

struct Option {
  std::string name;  ///< without its dashes; `_` and `-` are one
  char letter = 0;   ///< `-j`; 0: none
  std::string value; ///< what its value is called in help; empty: it takes none
  std::string help;
  /// A flag that may be given a value after all: `--fast=false`, `--fast false`.
  bool isBool = false;
};

/// Options may stand before and after other words, values after a space or `=`, the value of a
/// letter right after it (`-j8`), and flags of one letter together (`-kv`). `--` ends options.
class Arguments {
public:
  /// A usage error names the word, with a suggestion where one is close.
  static llvm::Expected<Arguments> parse(llvm::ArrayRef<std::string> words,
                                         llvm::ArrayRef<Option> options);

  bool has(llvm::StringRef name) const;
  /// The last one given.
  std::optional<std::string> value(llvm::StringRef name) const;
  /// All that were given, in order.
  std::vector<std::string> values(llvm::StringRef name) const;
  /// What is no option.
  const std::vector<std::string>& words() const { return plain; }

  /// For a first look, when not all options are known yet: what is given of the known ones, and the
  /// other words. A word is `maybeValue` if it follows an option that `options` does not have.
  struct Word {
    std::string text;
    bool maybeValue = false;
  };
  struct FirstLook;
  static FirstLook look(llvm::ArrayRef<std::string> words, llvm::ArrayRef<Option> options);

private:
  friend class ArgumentReader;
  struct Given {
    std::string name;
    std::string value;
  };
  std::vector<Given> given;
  std::vector<std::string> plain;
};

struct Arguments::FirstLook {
  Arguments known;
  std::vector<Word> words;
};

/// `   -j N, --jobs N      how many steps …` for each option, aligned.
std::string describe(llvm::ArrayRef<Option> options);

} // namespace pipec::cli
