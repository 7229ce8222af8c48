// Validity and escaping of text.
#include "compiler/base/text.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace pipec::base {

bool isUtf8(llvm::StringRef bytes) {
  return llvm::json::isUTF8(bytes);
}

static size_t sequenceLength(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

std::string printable(llvm::StringRef bytes) {
  std::string text;
  while (!bytes.empty()) {
    unsigned char c = bytes.front();
    llvm::StringRef sequence = bytes.take_front(sequenceLength(c));
    if (c < 0x20 || c == 0x7f || !isUtf8(sequence)) {
      sequence = bytes.take_front(1);
      if (c == '\n')
        text += "\\n";
      else if (c == '\t')
        text += "\\t";
      else
        text += {'\\', 'x', llvm::hexdigit(c >> 4), llvm::hexdigit(c & 15)};
    } else {
      text += sequence;
    }
    bytes = bytes.drop_front(sequence.size());
  }
  return text;
}

} // namespace pipec::base
