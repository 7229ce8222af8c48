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

/// `let d0 = first`, and thirty more that hold the one before twice.
static std::string doubled(const std::string& first, const std::string& before,
                           const std::string& between, const std::string& after) {
  std::string text = "let d0 = " + first + "\n";
  for (int i = 1; i <= 30; ++i) {
    std::string last = "d" + std::to_string(i - 1);
    text += "let d" + std::to_string(i) + " = " + before + last + between + last + after + "\n";
  }
  return text;
}

static const std::string TooManySteps = "E0707: this pipeline needs more than 10,000,000 steps";
static const std::string TooLong = "E0707: this text would be longer than 1 MiB";

TEST_CASE("E0707: small values that are large to look at, since their parts are shared") {
  std::string lists = doubled("[1]", "[", ", ", "]");
  CHECK(failure("d30.len", lists) == TooManySteps);
  std::string inside = "fn f() -> Bool {\n" + lists;
  CHECK(eval("f()", inside + "return d30.len == 2\n}") == "true");
  CHECK(failure("f()", inside + "return d30 == d30\n}") == TooManySteps);
  CHECK(failure("f()", inside + "return d29 in d30\n}") == TooManySteps);
  CHECK(failure("f()", inside + "return d30.unique().len == 1\n}") == TooManySteps);

  std::string build = "build b(x: List<String>) -> File { run [x, out] }\n";
  CHECK(Lowered(build + "pipeline p() { let all = " + "b([\"x\"]) }").ok().nodes.size() == 1);
  CHECK(Lowered("build b(x: String) -> File {\n" + doubled("[x]", "[", ", ", "]") +
                "run [d30, out]\n}\npipeline p() { let all = b(\"x\") }")
            .allText() == Strings{TooManySteps});
  std::string type = "Int";
  for (int i = 0; i <= 30; ++i)
    type = "List<" + type + ">";
  CHECK(Lowered("fn f() -> " + type + " {\n" + lists + "return d30\n}\n" + "build b(x: " + type +
                ") -> File { run [\"ls\", out] }\npipeline p() { let all = b(f()) }")
            .allText() == Strings{TooManySteps});
  CHECK(Lowered(doubled("[file(\"a\")]", "[", ", ", "]") + "pipeline p() { let all = d30 }", {"a"})
            .allText() == Strings{TooManySteps});
}

TEST_CASE("E0707: text with artifacts in it, and commands, are as long as their paths") {
  CHECK(Lowered(doubled("\"${file(\"a\")}\"", "", " + ", "") + "pipeline p() { let all = d30 }",
                {"a"})
            .allText() == Strings{TooLong});
  CHECK(failure("[d30].len", "let e = \"\"\n" + doubled("sh\"${e}\"", "sh\"${", "}${", "}\"")) ==
        TooLong);
}

TEST_CASE("E0707: what is too long is never made") {
  // Each of these would need many gigabytes.
  std::string text = "let text = [for i in 0..65000 => \"0123456789abcdef\"].join(\"\")\n";
  CHECK(failure("[for i in 0..100000 => text].join(\"\").len", text) == TooLong);
  CHECK(failure("[for i in 0..1000 => \"a\"].join(text).len", text) == TooLong);
  CHECK(failure("[for i in 0..1 => sh\"${[for j in 0..100000 => text]}\"].len", text) == TooLong);
}

TEST_CASE("E0707: looking at long text takes steps") {
  std::string decls = "let text = [for i in 0..60000 => \"aaaaaaaaaaaaaaaa\"].join(\"\")\n"
                      "let half = [for i in 0..30000 => \"aaaaaaaaaaaaaaaa\"].join(\"\") + \"b\"\n";
  CHECK(eval("text.len", decls) == "960000");
  CHECK(eval("text.contains(\"ab\")", decls) == "false");
  CHECK(failure("text.contains(half)", decls) == TooManySteps);
  CHECK(failure("[for i in 0..1000000 => text.len].len", decls) == TooManySteps);
  CHECK(failure("[for i in 0..1000000 => text == half].len", decls) == TooManySteps);
}

TEST_CASE("sorting and removing what is equal takes about as long as it should") {
  CHECK(eval("[for i in 0..50000 => 50000 - i].sort()[0]") == "1");
  CHECK(failure("[for i in 0..900000 => 900000 - i].sort()[0]") == TooManySteps);
  CHECK(eval("[for i in 0..50 for j in 0..1000 => version(\"${i}.${j}\")].unique().len") ==
        "50000");
}

TEST_CASE("E0707: functions that call each other ten thousand deep") {
  std::string chain = "fn f0() -> Int = 1\n";
  for (int i = 1; i <= 10000; ++i)
    chain += "fn f" + std::to_string(i) + "() -> Int = f" + std::to_string(i - 1) + "()\n";
  CHECK(eval("f400()", chain) == "1");
  CHECK(failure("f10000()", chain) ==
        "E0707: expressions and calls are nested deeper than 1,000 here");
}
