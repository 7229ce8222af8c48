// What fails at plan time, and how it is said.
#include "lowered.h"

using namespace pipec::lower;

TEST_CASE("E0701: an assertion that does not hold") {
  std::string decls = "fn checked(n: Int) -> Int { assert n > 0, \"n is ${n}\"\n return n }\n";
  Lowered lowered(showing("checked(0)", decls));
  REQUIRE(lowered.allText() == Strings{"E0701: n is 0"});
  // The call is named, because the assertion stands elsewhere.
  REQUIRE(lowered.messages.all()[0].secondary.size() == 1);
  CHECK(lowered.messages.all()[0].secondary[0].text == "called from here");
}

TEST_CASE("E0702: arithmetic") {
  CHECK(failure("4 * 9223372036854775807") ==
        "E0702: integer overflow in `4 * 9223372036854775807`");
  CHECK(failure("1 / 0") == "E0702: division by zero in `1 / 0`");
  CHECK(failure("1 % (1 - 1)") == "E0702: division by zero in `1 % 0`");
  CHECK(failure("(0 - 9223372036854775807 - 1) / -1") ==
        "E0702: integer overflow in `-9223372036854775808 / -1`");
  CHECK(failure("106751991167d + 106751991167d") ==
        "E0702: integer overflow in `106751991167d + 106751991167d`");
  std::string limits = "let largest = 9223372036854775807\nlet smallest = -9223372036854775808";
  for (const char* text :
       {"largest + 1", "smallest - 1", "-smallest", "largest * 2", "2 * smallest", "smallest / -1",
        "0s - 106751991167d - 106751991167d", "106751991167d * 2", "2 * 106751991167d",
        "8000000TB + 8000000TB", "0B - 8000000TB - 8000000TB", "largest * 1TiB", "1KB * largest"})
    CHECK(llvm::StringRef(failure(text, limits)).starts_with("E0702: integer overflow in `"));
  for (const char* text : {"1 / (1 - 1)", "1s / (1 - 1)", "1KB / (1 - 1)", "1 % (1 - 1)"})
    CHECK(llvm::StringRef(failure(text)).starts_with("E0702: division by zero in `"));
  CHECK(eval("smallest % -1", limits) == "0");
  CHECK(failure("[9223372036854775807, 1].sum()") == "E0702: integer overflow in this sum");
}

TEST_CASE("E0703: keys and indices") {
  std::string node = "let node = [20: \"a\", 22: \"b\"]";
  CHECK(failure("node[21]", node) == "E0703: `node` has no key 21; it has 20, 22");
  std::string xs = "let xs = [1, 2]";
  CHECK(failure("xs[2]", xs) == "E0703: `xs` has no element 2; it has 2, counted from 0");
  CHECK(failure("xs[-1]", xs) == "E0703: `xs` has no element -1; it has 2, counted from 0");
  std::string empty = "let ys: List<Int> = []";
  CHECK(failure("ys.max()", empty) == "E0703: an empty list has no maximum");
}

TEST_CASE("E0704: two entries of one key") {
  CHECK(failure("([\"a\": 1] + [\"a\": 2]).len") ==
        "E0704: both sides of this `+` have an entry for \"a\"");
  CHECK(failure("[for x in [1, 2] => \"k\": x].len") ==
        "E0704: this `for` gives two entries for \"k\"");
}

TEST_CASE("E0408: text that is computed is checked where it becomes a Version or Url") {
  CHECK(failure("version(\"1\" + \"x\")").substr(0, 6) == "E0408:");
  CHECK(failure("url(\"htps\" + \"://a.dev\")").substr(0, 6) == "E0408:");
}
