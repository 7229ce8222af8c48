// Cutting docs/diagnostics.md into pages.
#include "compiler/diagnostics/pages.h"

#include <catch2/catch.hpp>

using namespace pipec::diagnostics;

TEST_CASE("a page is what follows the heading of its code") {
  std::vector<Page> pages = pagesOf("# All\n\nIntroduction\n\n## Part\n\n### E0001: one\n\ntext\n\n"
                                    "```pipe\n### no heading\n```\n\n### R1001: two: more\nlast\n");
  REQUIRE(pages.size() == 2);
  CHECK(pages[0].code == "E0001");
  CHECK(pages[0].title == "one");
  CHECK(pages[0].text == "text\n\n```pipe\n### no heading\n```");
  CHECK(pages[1].code == "R1001");
  CHECK(pages[1].title == "two: more");
  CHECK(pages[1].text == "last");
}

TEST_CASE("text without headings has no pages") {
  CHECK(pagesOf("").empty());
  CHECK(pagesOf("text\n## Part\n").empty());
}
