// Lines and columns.
#include "compiler/diagnostics/source_file.h"

#include <catch2/catch.hpp>

using namespace pipec::diagnostics;

static std::pair<uint32_t, uint32_t> at(const SourceFile& file, uint32_t offset) {
  LineColumn place = file.lineColumn(offset);
  return {place.line, place.column};
}

TEST_CASE("lines and columns count from 1") {
  SourceFile file("a.pipe", "ab\ncd\n");
  CHECK(at(file, 0) == std::pair(1u, 1u));
  CHECK(at(file, 2) == std::pair(1u, 3u));
  CHECK(at(file, 3) == std::pair(2u, 1u));
  CHECK(at(file, 6) == std::pair(3u, 1u));
  CHECK(file.lineCount() == 3);
  CHECK(file.line(2) == "cd");
  CHECK(file.line(3) == "");
  CHECK(file.lineStart(2) == 3);
}

TEST_CASE("a column counts code points") {
  SourceFile file("a.pipe", "é😀x");
  CHECK(at(file, 2) == std::pair(1u, 2u));
  CHECK(at(file, 6) == std::pair(1u, 3u));
}

TEST_CASE("columns in a long line") {
  std::string text = "x\n";
  for (int i = 0; i < 2000; ++i)
    text += "aé";
  SourceFile file("a.pipe", text + "\nend");
  for (uint32_t pairs : {0u, 300u, 341u, 342u, 682u, 683u, 1024u, 2000u})
    CHECK(at(file, 2 + 3 * pairs) == std::pair(2u, 1 + 2 * pairs));
  CHECK(at(file, static_cast<uint32_t>(text.size()) + 1) == std::pair(3u, 1u));
}

TEST_CASE("an offset behind the end is the end") {
  SourceFile file("a.pipe", "ab");
  CHECK(at(file, 100) == std::pair(1u, 3u));
}

TEST_CASE("a line comes without its line end, of either kind") {
  SourceFile file("a.pipe", "ab\r\ncd\r\n");
  CHECK(file.line(1) == "ab");
  CHECK(file.line(2) == "cd");
  CHECK(at(file, 4) == std::pair(2u, 1u));
}

TEST_CASE("an empty file has one line") {
  SourceFile file("a.pipe", "");
  CHECK(file.lineCount() == 1);
  CHECK(file.line(1) == "");
  CHECK(at(file, 0) == std::pair(1u, 1u));
}

TEST_CASE("a manager keeps references alive") {
  SourceManager sources;
  SourceFileId first = sources.add("a.pipe", "a");
  const SourceFile& file = sources.file(first);
  for (int index = 0; index < 100; ++index)
    sources.add("more.pipe", "x");
  CHECK(file.path() == "a.pipe");
  CHECK(sources.size() == 101);
}
