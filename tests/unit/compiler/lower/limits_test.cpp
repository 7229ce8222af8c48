// Bounds on evaluation: reached by ordinary text, reported, and the same everywhere.
#include "lowered.h"

using namespace pipec::lower;

TEST_CASE("E0707: too many steps") {
  CHECK(failure("(0..1000000000000).len") ==
        "E0707: this pipeline needs more than 10,000,000 steps");
  CHECK(failure("[for i in 0..10000 for j in 0..10000 => 1].len") ==
        "E0707: this pipeline needs more than 10,000,000 steps");
}

TEST_CASE("E0707: text of more than 1 MiB") {
  std::string decls =
      "fn x16(s: String) -> String = s + s + s + s + s + s + s + s + s + s + s + s + "
      "s + s + s + s\n";
  CHECK(eval("x16(x16(x16(x16(x16(\"x\"))))).len", decls) == "1048576");
  CHECK(failure("(x16(x16(x16(x16(x16(\"x\"))))) + \"y\").len", decls) ==
        "E0707: this text would be longer than 1 MiB");
  CHECK(failure("[for i in 0..2000 => x16(x16(\"abcd\"))].join(\"\").len", decls) ==
        "E0707: this text would be longer than 1 MiB");
  CHECK(failure("x16(x16(x16(\"a\"))).replace(\"a\", x16(x16(\"b\"))+\"bcdefg\").len", decls) ==
        "E0707: this text would be longer than 1 MiB");
}

TEST_CASE("E0707: functions that call each other ten thousand deep") {
  std::string chain = "fn f0() -> Int = 1\n";
  for (int i = 1; i <= 10000; ++i)
    chain += "fn f" + std::to_string(i) + "() -> Int = f" + std::to_string(i - 1) + "()\n";
  CHECK(eval("f400()", chain) == "1");
  CHECK(failure("f10000()", chain) ==
        "E0707: expressions and calls are nested deeper than 1,000 here");
}
