// The registry of codes.
#include "compiler/diagnostics/codes.h"

#include <catch2/catch.hpp>

using namespace pipec::diagnostics;

TEST_CASE("a code has a name, a title and a severity") {
  CHECK(codeName(Code::E0601) == "E0601");
  CHECK(codeTitle(Code::E0601) == "missing evidence");
  CHECK(severityOf(Code::E0601) == Severity::Error);
  CHECK(severityOf(Code::W0901) == Severity::Warning);
}

TEST_CASE("every code is found by its name, and no other name is") {
  for (size_t index = 0; index < codeCount(); ++index) {
    Code code = static_cast<Code>(index);
    REQUIRE(codeFromName(codeName(code)) == code);
    CHECK(!codeTitle(code).empty());
  }
  CHECK(!codeFromName("E9999"));
  CHECK(!codeFromName("e0601"));
  CHECK(!codeFromName(""));
}
