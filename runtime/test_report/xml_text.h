// What test runners write as XML, made into XML that a parser reads to its end.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::test_report {

struct XmlText {
  std::string text;         ///< UTF-8, without a byte order mark
  bool wasReplaced = false; ///< something stands as U+FFFD
};

/// In UTF-8, whatever encoding the bytes have: by their first ones, or by the declaration. Of
/// characters that XML does not allow, as they are or as `&#x1B;`, colours are left out and all
/// others become U+FFFD, as does what is not of the encoding.
XmlText readableXml(llvm::StringRef bytes);

} // namespace pipec::test_report
