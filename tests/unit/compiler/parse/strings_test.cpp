// Escapes, block strings and holes.
#include "parsed.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::parse;

/// The text of a string without holes.
static std::string textOf(const std::string& literal) {
  Parsed parsed("let x = " + literal);
  INFO(literal);
  REQUIRE(parsed.codes().empty());
  const auto& string = parsed.value<ast::StringLiteral>();
  if (string.parts.empty())
    return {};
  REQUIRE(string.parts.size() == 1);
  REQUIRE(!string.parts[0].hole);
  return string.parts[0].text;
}

TEST_CASE("escapes") {
  CHECK(textOf(R"("")").empty());
  CHECK(textOf(R"("a\n\r\t\"\\b")") == "a\n\r\t\"\\b");
  CHECK(textOf(R"("\u{41}\u{e9}\u{1F600}\u{10ffff}")") == "Aé😀\U0010FFFF");
  CHECK(textOf(R"("$${x} $HOME $$ $(a) {b}")") == "${x} $HOME $$ $(a) {b}");
}

TEST_CASE("a shell string keeps its backslashes") {
  CHECK(textOf(R"(sh"printf '%s\n' $${x} \d")") == R"(printf '%s\n' ${x} \d)");
}

TEST_CASE("block strings lose the indentation of their closing quotes") {
  CHECK(textOf("\"\"\"\n    a\n      b\n    \"\"\"") == "a\n  b");
  CHECK(textOf("\"\"\"\n  a\n\n   \n  b\n  \"\"\"") == "a\n\n \nb");
  CHECK(textOf("\"\"\"\na\n\"\"\"") == "a");
  CHECK(textOf("\"\"\"\n\"\"\"").empty());
  CHECK(textOf("\"\"\"\n\n\"\"\"").empty());
  CHECK(textOf("\"\"\"\n\n\n\"\"\"") == "\n");
  CHECK(textOf("\"\"\"  \n  a \"b\" ''c\n  \"\"\"") == "a \"b\" ''c");
  CHECK(textOf("\"\"\"\n\ta\n\t\"\"\"") == "a");
  CHECK(textOf("sh\"\"\"\n  a \\\n    b\n  \"\"\"") == "a \\\n  b");
}

TEST_CASE("line ends of a block are LF, whatever the file has") {
  CHECK(textOf("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"") == "a\nb");
  CHECK(textOf("\"\"\"\r\n\"\"\"").empty());
}

TEST_CASE("holes cut a string into parts, and no two neighbours are text") {
  Parsed parsed("let x = \"\"\"\n  a${b}c\n  $d\"e\\n${f}\n  \"\"\"");
  REQUIRE(parsed.codes().empty());
  const auto& string = parsed.value<ast::StringLiteral>();
  REQUIRE(string.parts.size() == 4);
  CHECK(string.parts[0].text == "a");
  CHECK(string.parts[1].hole.valid());
  CHECK(string.parts[2].text == "c\n$d\"e\n");
  CHECK(string.parts[3].hole.valid());
}

TEST_CASE("a string in a hole in a string") {
  Parsed parsed(R"(let x = sh"cat ${file("a${"b"}.txt")} ${sh"c"}")");
  CHECK(parsed.codes().empty());
}

TEST_CASE("a line that is indented too little") {
  Parsed parsed("let x = \"\"\"\n    a\n   b\n  c\n    \"\"\"\n");
  CHECK(parsed.codes() == Codes{"E0005 3:4"});
  CHECK(Parsed("let x = \"\"\"\n  \ta\n\tb\n  \t\"\"\"").codes() == Codes{"E0005 3:2"});
  CHECK(Parsed("let x = \"\"\"\n${y}\n  \"\"\"").codes() == Codes{"E0005 2:1"});
  CHECK(Parsed("let x = \"\"\"\n\\n\n  \"\"\"").codes() == Codes{"E0005 2:1"});
}

TEST_CASE("the quotes of a block stand on lines of their own") {
  Parsed oneLine("let x = \"\"\"a\"\"\"");
  CHECK(oneLine.codes() == Codes{"E0101 1:9"});
  CHECK(Parsed(oneLine.fixed()).codes().empty());
  CHECK(Parsed("let x = \"\"\"\n  a\"\"\"").codes() == Codes{"E0101 2:4"});
}

TEST_CASE("bad escapes") {
  Parsed parsed(R"(let x = "\d+ \u{110000} \u{D800} \u{0} \é")");
  CHECK(parsed.codes() ==
        Codes{"E0004 1:10", "E0004 1:14", "E0004 1:25", "E0004 1:34"}); // `\d` and `\é` are one
}
