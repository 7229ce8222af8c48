// Random programs: formatting changes no tree, loses no comment, and is stable.
#include "formatted.h"

#include "tests/support/campaign.h"
#include "tests/support/program_generator.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::format;
using test::numberFrom;

// PIPEC_RANDOM_PROGRAMS is how many, PIPEC_RANDOM_SEED the first seed.
TEST_CASE("random programs stay what they are") {
  uint64_t count = numberFrom("PIPEC_RANDOM_PROGRAMS", 1000);
  uint64_t first = numberFrom("PIPEC_RANDOM_SEED", 1);
  unsigned failures = 0;
  for (uint64_t seed = first; seed < first + count && failures < 5; ++seed) {
    test::ProgramShape shape;
    shape.declarations = 4;
    if (seed % 10 == 0)
      shape.spacing = test::Spacing::Tidy;
    std::string problem = problemOf(test::generateProgram(seed, shape));
    if (problem.empty())
      continue;
    ++failures;
    FAIL_CHECK("PIPEC_RANDOM_SEED=" << seed
                                    << " PIPEC_RANDOM_PROGRAMS=1 shows it again: " << problem);
  }
  CHECK(failures == 0);
}

TEST_CASE("random programs have every construct of the tree") {
  std::string all;
  for (uint64_t seed = 1; seed <= 300; ++seed)
    all += test::shapeOf(test::generateProgram(seed)).text;
  for (const char* node : {"use ",          "let ",       "fn ",
                           "source ",       "build ",     "test ",
                           "deploy ",       "approve ",   "type ",
                           "enum ",         "evidence ",  "environment ",
                           "pipeline ",     " pub ",      "param ",
                           "subject ",      "pool ",      "result",
                           "proves ",       "output ",    "out",
                           "setting ",      "run",        "resolve",
                           "rollback",      "probe",      "assert",
                           "stage ",        "when",       "call",
                           "alias",         "return",     "requires ",
                           " with ",        " ?",         "int ",
                           "duration ",     "size ",      "true",
                           "false",         "none",       "string",
                           "block",         "shell\n",    "shell block",
                           "hole",          "name ",      "list",
                           "map",           "entry",      "comprehension",
                           "key and value", "for _",      "if",
                           "match",         "arm",        "pattern _",
                           "pattern",       "not",        "negate",
                           "member ",       "index",      "argument ",
                           "binary or",     "binary and", "binary ==",
                           "binary !=",     "binary <\n", "binary <=",
                           "binary >\n",    "binary >=",  "binary in",
                           "binary ??",     "binary ..",  "binary +",
                           "binary -",      "binary *",   "binary /",
                           "binary %",      "doc ",       "#!",
                           "///",           "//!"}) {
    INFO(node);
    CHECK(all.find(node) != std::string::npos);
  }
  CHECK(all.find("error") == std::string::npos);
}
