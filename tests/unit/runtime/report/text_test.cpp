// Measuring and cutting text.
#include "runtime/report/text.h"

#include <catch2/catch.hpp>

using namespace pipec::report;

TEST_CASE("an age is told in its largest unit") {
  constexpr int64_t Minute = 60 * 1000;
  CHECK(ageText(-5) == "0 s");
  CHECK(ageText(59999) == "59 s");
  CHECK(ageText(Minute) == "1 min");
  CHECK(ageText(60 * Minute - 1) == "59 min");
  CHECK(ageText(24 * 60 * Minute - 1) == "23 h");
  CHECK(ageText(24 * 60 * Minute) == "1 day");
  CHECK(ageText(400 * 24 * 60 * Minute) == "400 days");
}

TEST_CASE("seconds have one decimal") {
  CHECK(secondsText(0) == "0.0 s");
  CHECK(secondsText(49) == "0.0 s");
  CHECK(secondsText(50) == "0.1 s");
  CHECK(secondsText(1949) == "1.9 s");
  CHECK(secondsText(1950) == "2.0 s");
  CHECK(secondsText(3600 * 1000) == "3600.0 s");
}

TEST_CASE("columns are counted as a terminal does") {
  CHECK(columnWidth("") == 0);
  CHECK(columnWidth("site.app") == 8);
  CHECK(columnWidth("größe") == 5);
  CHECK(columnWidth("構築") == 4);
  CHECK(columnWidth("e\u0301") == 1); // a combining accent
}

TEST_CASE("text is cut in the middle, never in a character") {
  CHECK(fitToColumns("short", 5) == "short");
  CHECK(fitToColumns("0123456789", 5) == "01…89");
  CHECK(fitToColumns("0123456789", 1) == "…");
  CHECK(fitToColumns("0123456789", 0).empty());
  for (unsigned columns = 0; columns < 20; ++columns) {
    std::string fitted = fitToColumns("構築パイプライン", columns);
    CHECK(columnWidth(fitted) <= columns);
    CHECK(pipec::base::isUtf8(fitted));
  }
}

TEST_CASE("a tail begins at a line") {
  CHECK(tailOf("", 3, 100).empty());
  CHECK(tailOf("one\n", 3, 100) == "one\n");
  CHECK(tailOf("1\n2\n3\n4\n", 2, 100) == "3\n4\n");
  CHECK(tailOf("1\n2\n3\n4", 2, 100) == "3\n4");
  CHECK(tailOf("1\n2\n3\n4\n", 4, 100) == "1\n2\n3\n4\n");
  CHECK(tailOf("\n\n\n", 2, 100) == "\n\n");
  CHECK(tailOf("first\nsecond\nthird\n", 10, 10) == "third\n");
  CHECK(tailOf("one very long line\n", 10, 5) == "line\n");
}
