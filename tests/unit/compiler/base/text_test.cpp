// Bytes from outside in messages.
#include "compiler/base/text.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

TEST_CASE("what can be shown is shown as it is") {
  for (const char* text :
       {"", "plain text/with-signs `'\"$%", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
        "e\xcc\x81 \xe2\x9d\xa4\xef\xb8\x8f"}) {
    CHECK(isUtf8(text));
    CHECK(printable(text) == text);
  }
}

TEST_CASE("what cannot be shown is escaped") {
  CHECK(printable("caf\xe9") == "caf\\xE9");
  CHECK(printable("a\nb\tc\x1b[31m\x7f") == "a\\nb\\tc\\x1B[31m\\x7F");
  CHECK(printable(llvm::StringRef("\0", 1)) == "\\x00");
  CHECK(printable("\xc2\x9b"
                  "2J \xe2\x80\xae \xe2\x80\x8b \xef\xbb\xbf \xf3\xa0\x81\x81 \xc2\xad") ==
        "\\u{9B}2J \\u{202E} \\u{200B} \\u{FEFF} \\u{E0041} \\u{AD}");
  for (const char* text : {"\xc3", "\xc3(", "\xe2\x82", "\xed\xa0\x80", "\xff\xfe", "\xc0\xaf",
                           "\xf4\x90\x80\x80", "\x80"}) {
    CHECK_FALSE(isUtf8(text));
    CHECK(isUtf8(printable(text)));
    CHECK(printable(text).find("\\x") == 0);
  }
  CHECK(printable("\xc3(\xc3\xa9") == "\\xC3(\xc3\xa9");
}

TEST_CASE("no line of a message passes for another message") {
  CHECK(printableLines("one") == "one");
  CHECK(printableLines("one:\n  two\npipec: 9 executed\x1b[2K\n") ==
        "one:\n  two\n  pipec: 9 executed\\x1B[2K");
  CHECK(printableLines("").empty());
}

TEST_CASE("escaping twice changes nothing more") {
  for (const char* text : {"\x1b[31m", "\xe2\x80\xae", "a\\x1B", "\xff"})
    CHECK(printable(printable(text)) == printable(text));
}
