// Bytes from outside in messages.
#include "compiler/base/text.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

TEST_CASE("what can be shown is shown as it is") {
  for (const char* text :
       {"", "plain text/with-signs `'\"$%", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"}) {
    CHECK(isUtf8(text));
    CHECK(printable(text) == text);
  }
}

TEST_CASE("what cannot be shown is escaped") {
  CHECK(printable("caf\xe9") == "caf\\xE9");
  CHECK(printable("a\nb\tc\x1b[31m\x7f") == "a\\nb\\tc\\x1B[31m\\x7F");
  CHECK(printable(llvm::StringRef("\0", 1)) == "\\x00");
  for (const char* text : {"\xc3", "\xc3(", "\xe2\x82", "\xed\xa0\x80", "\xff\xfe", "\xc0\xaf",
                           "\xf4\x90\x80\x80", "\x80"}) {
    CHECK_FALSE(isUtf8(text));
    CHECK(isUtf8(printable(text)));
    CHECK(printable(text).find("\\x") == 0);
  }
  CHECK(printable("\xc3(\xc3\xa9") == "\\xC3(\xc3\xa9");
}
