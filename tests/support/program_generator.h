// Random programs: well-formed text of the language, whatever it would mean.
#pragma once

#include <cstdint>
#include <string>

namespace pipec::test {

enum class Spacing : uint8_t {
  Tidy, ///< a space between tokens, a line for each statement
  Odd,  ///< anything that the language allows: tabs, empty lines, `\r\n`, or nothing at all
};

struct ProgramShape {
  unsigned declarations = 6; ///< at the top level, besides a few `use`s
  unsigned depth = 3;        ///< of expressions and types
  bool comments = true;      ///< between any two tokens where a line may end
  Spacing spacing = Spacing::Odd;
};

/// A program that parses without an error. Its names mean nothing, so that it does not check. Over
/// many seeds all constructs of the grammar occur, and lists of many lengths. The same seed and
/// shape give the same bytes on every machine.
std::string generateProgram(uint64_t seed, const ProgramShape& shape = {});

} // namespace pipec::test
