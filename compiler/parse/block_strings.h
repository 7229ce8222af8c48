// Block strings: which `"""` opens a text and which ends one, told by the layout of the lines.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace pipec::parse {

/// A `"""` at the start of a line ends a text; any other one opens a text, unless it is misplaced.
enum class BlockFault : uint8_t {
  None,
  StrayQuotes, ///< the first `"""` behind the opening is part of the text
  NoEnd,       ///< the text is never closed
};

struct BlockLayout {
  BlockFault fault = BlockFault::None;
  /// StrayQuotes: where they are. NoEnd: where the text ends instead, by the indentation.
  uint32_t offset = 0;
};

/// Guesses for files with mistakes: a block in the hole of another one need not be laid out so.
/// What becomes of the text that opens with the quotes before `contentBegin`.
BlockLayout layoutOfBlock(llvm::StringRef text, uint32_t contentBegin);

/// Whether the `"""` at `offset`, which would open a text, is the end of one that was never opened.
bool closesNoBlock(llvm::StringRef text, uint32_t offset);

} // namespace pipec::parse
