// Columns of text.
#include "runtime/report/table.h"
#include "runtime/report/text.h"

#include <catch2/catch.hpp>

using namespace pipec::report;

TEST_CASE("cells stand under each other, and no line ends in spaces") {
  Table table({"NAME", "B", "C"});
  table.add({{"a.pipe:Live"}, {"ü"}, {"x"}});
  table.add({{"b", [](llvm::StringRef text) { return Style(true).dim(text); }}, {""}, {"y"}});
  table.add({{"c"}});
  std::string text;
  llvm::raw_string_ostream out(text);
  table.write(out);
  CHECK(out.str() == "NAME         B  C\n"
                     "a.pipe:Live  ü  x\n"
                     "\x1b[2mb\x1b[0m               y\n"
                     "c\n");
}
