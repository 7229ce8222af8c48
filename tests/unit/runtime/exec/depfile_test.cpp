// Depfiles as gcc and clang write them, and as nobody should.
#include "runtime/exec/depfile.h"

#include <catch2/catch.hpp>

using namespace pipec;

using Paths = std::vector<std::string>;

static Paths parse(llvm::StringRef text) {
  auto paths = exec::parseDepfile(text);
  if (!paths)
    FAIL(llvm::toString(paths.takeError()));
  return *paths;
}

static std::string problem(llvm::StringRef text) {
  auto paths = exec::parseDepfile(text);
  return paths ? "none" : llvm::toString(paths.takeError());
}

TEST_CASE("a rule's prerequisites, in order and each once") {
  CHECK(parse("x.o: b.h a.h b.h\n") == Paths{"b.h", "a.h"});
  CHECK(parse("x.o:\n") == Paths{});
  CHECK(parse("x.o:") == Paths{});
  CHECK(parse("x.o: a.h") == Paths{"a.h"});
  CHECK(parse("x.o : a.h\n") == Paths{"a.h"});
  CHECK(parse("\n\n  x.o:\ta.h\t\n\n") == Paths{"a.h"});
}

TEST_CASE("several targets, several rules") {
  CHECK(parse("x.o x.d: a.h\n") == Paths{"a.h"});
  CHECK(parse("x.o: a.h\nx.d: b.h\n") == Paths{"a.h", "b.h"});
  CHECK(parse("x.o: a.h b.h\n\na.h:\n\nb.h:\n") == Paths{"a.h", "b.h"}); // -MP
}

TEST_CASE("a backslash continues a line") {
  CHECK(parse("x.o: \\\n a.h \\\n b.h\n") == Paths{"a.h", "b.h"});
  CHECK(parse("x.o: a.h\\\nb.h\n") == Paths{"a.h", "b.h"});
  CHECK(parse("x.o:\\\n a.h\n") == Paths{"a.h"});
  CHECK(parse("x.o \\\n x.d: a.h\n") == Paths{"a.h"});
  CHECK(parse("x.o: a.h \\\n\nb.o: b.h\n") == Paths{"a.h", "b.h"});
  CHECK(parse("x.o: a.h \\") == Paths{"a.h", "\\"});
}

TEST_CASE("lines may end in CRLF") {
  CHECK(parse("x.o: a.h\r\n") == Paths{"a.h"});
  CHECK(parse("x.o: \\\r\n a.h \\\r\n b.h\r\n\r\na.h:\r\n") == Paths{"a.h", "b.h"});
  CHECK(parse("x.o: a\rb.h\r\n") == Paths{"a\rb.h"});
}

TEST_CASE("escaped characters") {
  CHECK(parse(R"(x.o: a\ b.h c\	d.h)") == Paths{"a b.h", "c\td.h"});
  CHECK(parse(R"(x.o: a\#b.h \#c.h)") == Paths{"a#b.h", "#c.h"});
  CHECK(parse("x.o: a$$b.h $$$$.h $x.h\n") == Paths{"a$b.h", "$$.h", "$x.h"});
  CHECK(parse(R"(x.o: a\:b.h c:d.h)") == Paths{"a:b.h", "c:d.h"});
  CHECK(parse(R"(a\ \#$$\:x.o: a.h)") == Paths{"a.h"});
}

TEST_CASE("backslashes count where a space, a hash or a line's end follows") {
  CHECK(parse(R"(x.o: a\b.h \\c.h)") == Paths{R"(a\b.h)", R"(\\c.h)"});
  CHECK(parse(R"(x.o: a\\\ b.h)") == Paths{R"(a\ b.h)"});
  CHECK(parse(R"(x.o: a\\ b.h)") == Paths{R"(a\\)", "b.h"});
  CHECK(parse(R"(x.o: a\\#b.h)") == Paths{R"(a\#b.h)"});
  CHECK(parse("x.o: a\\\\\nb.h\n") == Paths{"a\\", "b.h"});
}

TEST_CASE("a colon ends the targets only before a blank") {
  CHECK(parse("c:/x.o: a.h\n") == Paths{"a.h"});
  CHECK(parse("x.o: y: a.h\n") == Paths{"y:", "a.h"});
  CHECK(parse("x.o:\\\n a.h") == Paths{"a.h"});
}

TEST_CASE("a word that begins with a hash is a comment") {
  CHECK(parse("# made by hand: yes\nx.o: a.h # b.h\n# end") == Paths{"a.h"});
  CHECK(parse("x.o: a#b.h\n") == Paths{"a#b.h"});
}

TEST_CASE("names keep every other byte") {
  CHECK(parse("x.o: ~/[a]{b}(c)!%@=+,;'\"&|*?.h \xC3\xBC\xFF.h\n") ==
        Paths{"~/[a]{b}(c)!%@=+,;'\"&|*?.h", "\xC3\xBC\xFF.h"});
  std::string longName(100'000, 'n');
  CHECK(parse("x.o: " + longName) == Paths{longName});
}

TEST_CASE("what is no depfile is refused, with its line") {
  CHECK(problem("") == "there is no rule `TARGET: PATH…` in it");
  CHECK(problem("\n \n# x: y\n") == "there is no rule `TARGET: PATH…` in it");
  CHECK(problem("a.h b.h\n") == "line 1: there is no `:` after the targets");
  CHECK(problem("x.o: \\\n a.h\nb.h\n") == "line 3: there is no `:` after the targets");
  CHECK(problem("x.o:a.h\n") == "line 1: there is no `:` after the targets");
  CHECK(problem("x.o: a.h\n: b.h\n") == "line 2: nothing stands before the `:`");
  CHECK(problem(llvm::StringRef("x.o: a.h\nb\0.h", 13)) == "line 2: there is a NUL byte");
}

TEST_CASE("any text gives paths or an error") {
  const char alphabet[] = {'a', ' ', '\\', ':', '#', '$', '\n', '\r', '\t'};
  std::string text;
  for (unsigned seed = 0; seed < 60'000; ++seed) {
    text.clear();
    for (unsigned rest = seed; rest > 0; rest /= 9)
      text += alphabet[rest % 9];
    auto paths = exec::parseDepfile("t: " + text);
    llvm::consumeError(paths.takeError());
  }
}
