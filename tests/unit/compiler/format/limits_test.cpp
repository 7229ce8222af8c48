// Deep, long and odd texts.
#include "formatted.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::format;

namespace {

std::string repeated(llvm::StringRef text, size_t count) {
  std::string result;
  for (size_t index = 0; index < count; ++index)
    result += text;
  return result;
}

} // namespace

TEST_CASE("what the parser accepts can be formatted, however deep") {
  for (const std::string& value :
       {repeated("[", 250) + "1" + repeated(": 1]", 250),
        repeated("[\"k\": ", 250) + "1" + repeated("]", 250),
        repeated("[f(a, b = ", 100) + "1" + repeated(")]", 100),
        repeated("[\"${", 120) + "1" + repeated("}\": 1]", 120),
        repeated("\"${", 250) + "1" + repeated("}\"", 250),
        repeated("match ", 100) + "a" + repeated(" { _ => 1 }", 100),
        repeated("if a { 1 } else ", 250) + "{ 2 }", repeated("(", 250) + "a" + repeated(")", 250),
        "a" + repeated(" ?? a", 900), "a" + repeated(" + a", 900),
        "a" + repeated(".b()[0]", 300)}) {
    INFO(llvm::StringRef(value).take_front(40).str());
    CHECK(problemOf("let x = " + value) == "");
  }
}

TEST_CASE("what the parser accepts can be formatted, however long") {
  CHECK(problemOf("let x = [" + repeated("\"a\": 1, ", 5000) + "]") == "");
  CHECK(problemOf("let x = \"" + repeated("${a}", 5000) + "\"") == "");
  CHECK(problemOf(repeated("// c\n", 20000) + "let x = 1") == "");
  CHECK(problemOf("let x = [" + repeated("// c\n", 20000) + "]") == "");
}

TEST_CASE("line ends become \\n, outside of text") {
  CHECK(formatted("let x = 1 // c\r\n\r\n// d\r\nlet y = 2\r\n") ==
        "let x = 1 // c\n\n// d\nlet y = 2\n");
  CHECK(formatted("let x = 1\rlet y = 2 // c\r") == "let x = 1\nlet y = 2 // c\n");
  CHECK(formatted("let x = \"\"\"\r\n  a\r\n    \r\n  \"\"\"\r\n") ==
        "let x = \"\"\"\n  a\n    \n  \"\"\"\n");
  // A `\r` of the text is kept, together with the one that belongs to the line end.
  CHECK(formatted("let x = \"\"\"\n  a\rb\r\r\n  \"\"\"") ==
        "let x = \"\"\"\n  a\rb\r\r\n  \"\"\"\n");
  CHECK(problemOf("let x = \"\"\"\r\r\n  a\r\r\n\r\r\n  \r\r\n  \"\"\"") == "");
}

TEST_CASE("a file has one line end behind its last line, or nothing") {
  CHECK(formatted("") == "");
  CHECK(formatted(" \n\n") == "");
  CHECK(formatted("// c") == "// c\n");
  CHECK(formatted("let x = 1\n\n\n") == "let x = 1\n");
}
