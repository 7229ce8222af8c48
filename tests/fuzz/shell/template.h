// Template: a shell string with holes, before anything is put into them.
#pragma once

#include "tests/fuzz/shell/numbers.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::fuzz {

/// What is put into a slot.
enum class SlotKind : uint8_t {
  String,
  Path,     ///< a file of the repository; the value is its name
  Arg,      ///< text with a file in it
  Content,  ///< `.text()` of a file
  Identity, ///< `id`: one value for all of them
};

/// One value of a template: a hole, or an element of the list in a hole.
struct Slot {
  SlotKind kind = SlotKind::String;
  /// Blanks or ends of the script are on both sides, so that an empty value changes no other word.
  bool standsAlone = false;
};

struct Part {
  enum class Kind : uint8_t { Text, Scalar, List, Fragment };
  Kind kind = Kind::Text;
  std::string text;           ///< Text
  size_t slot = 0;            ///< the first one
  size_t count = 1;           ///< of slots: of a list its length
  std::vector<Part> fragment; ///< Fragment: what the spliced Command consists of
};

struct Template {
  std::vector<Part> parts;
  std::vector<Slot> slots;
  std::string written; ///< as parseTemplate got it

  /// The script that a person would have written with `values` (one for each slot) in the holes as
  /// they are; right if each is a plain word.
  std::string filled(llvm::ArrayRef<std::string> values) const;
};

/// `§` is a hole for one value, `¶` one for a list, `«…»` one for a command. nullopt if the
/// language cannot say it: `$` before a hole, `"""`, or no hole at all.
std::optional<Template> parseTemplate(llvm::StringRef marked, Numbers& numbers);

/// A script of shell constructs with a meaning, which every shell accepts.
std::string structuredScript(Numbers& numbers);
/// A run of characters and words that mean something to a shell.
std::string unstructuredScript(Numbers& numbers);

/// A value that is anything but a plain word, and no name of a command. Without `/` and NUL.
std::string nastyValue(Numbers& numbers, bool mayBeEmpty);

/// A plain word for a slot; no other text has it.
std::string placeholder(size_t slot);

} // namespace pipec::fuzz
