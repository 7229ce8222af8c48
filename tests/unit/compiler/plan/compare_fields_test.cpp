// `pipec why`: which fields of two keys differ, in words.
#include "compiler/plan/action_key.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::plan;
using Fields = std::vector<base::Field>;

static std::vector<std::string> words(const Fields& before, const Fields& after) {
  std::vector<std::string> result;
  for (const FieldDifference& difference : compareFields(before, after))
    result.push_back(describe(difference));
  return result;
}

static Fields arguments(std::vector<std::string> values) {
  Fields fields;
  for (size_t i = 0; i < values.size(); ++i)
    fields.push_back({"run[0].arg[" + std::to_string(i) + "]", values[i], ""});
  return fields;
}

static std::string file(llvm::StringRef bytes, char kind = 'f', std::string name = "main.c") {
  return std::string(1, kind) + " " + base::digestOf(bytes).name() + " " + name;
}

TEST_CASE("equal keys have no difference, and notes do not count") {
  CHECK(words({{"a", "1", "x"}}, {{"a", "1", "y"}}).empty());
}

TEST_CASE("a changed input is named with both digests") {
  std::string before = file("a"), after = file("b");
  CHECK(words({{"input[2]", before, "src/main.c"}}, {{"input[2]", after, "src/main.c"}}) ==
        std::vector<std::string>{"input 2 `src/main.c` changed: " + before.substr(2, 12) + " → " +
                                 after.substr(2, 12)});
}

TEST_CASE("the same content under another mode or name") {
  CHECK(words({{"input[1]", file("a"), "m"}}, {{"input[1]", file("a", 'x'), "m"}}) ==
        std::vector<std::string>{"input 1 `m` became executable"});
  CHECK(words({{"input[1]", file("a"), ""}}, {{"input[1]", file("a", 'f', "b.c"), ""}}) ==
        std::vector<std::string>{"input 1 was called `main.c`, is called `b.c`"});
}

TEST_CASE("a subject that is an input too is one difference") {
  auto fields = [](const std::string& input, const std::string& subject) {
    return Fields{{"input[1]", input, "p.app"}, {"subject", subject, "p.app"}};
  };
  std::string before = file("a"), after = file("b");
  CHECK(words(fields(before, before), fields(after, after)).size() == 1);
  CHECK(words(fields(before, before), fields(before, after)).size() == 1);
  CHECK(words(fields(before, file("c")), fields(after, file("d"))).size() == 2);
}

TEST_CASE("what was read of a pool is matched by its path") {
  std::string one = file("1", 'f', ""), two = file("2", 'f', "");
  Fields before = {{"pool[2]", file("names", 'd', "include"), "include"},
                   {"read.2/a.h", one, "include/a.h"},
                   {"read.2/b.h", one, "include/b.h"},
                   {"read.2/d.h", one, "include/d.h"}};
  Fields after = {{"pool[2]", file("other names", 'd', "include"), "include"},
                  {"read.2/b.h", two, "include/b.h"},
                  {"read.2/c.h", one, "include/c.h"},
                  {"read.2/d.h", file("1", 'x', ""), "include/d.h"}};
  std::vector<std::string> found = words(before, after);
  REQUIRE(found.size() == 5);
  CHECK(llvm::StringRef(found[0]).starts_with("the names in `include` changed: "));
  CHECK(found[1] == "`include/b.h` changed: " + one.substr(2, 12) + " → " + two.substr(2, 12));
  CHECK(found[2] == "`include/c.h` is read now");
  CHECK(found[3] == "`include/d.h` became executable");
  CHECK(found[4] == "`include/a.h` is no longer read");
}

TEST_CASE("one more file of a glob is that file, and not the command that names it") {
  auto script = [](int count) {
    std::string text = "cat";
    for (int i = 1; i <= count; ++i)
      text += " \"${__" + std::to_string(i) + "}\"";
    return text + " > \"${__" + std::to_string(count + 1) + "}\"";
  };
  auto fields = [&](const std::vector<std::string>& names, const std::string& body) {
    Fields result{{"run[0].script", body, ""}};
    for (size_t i = 0; i < names.size(); ++i)
      result.push_back({"run[0].value[" + std::to_string(i + 1) + "]",
                        "${in:" + std::to_string(i + 1) + "}", ""});
    result.push_back({"run[0].value[" + std::to_string(names.size() + 1) + "]", "${out:1}", ""});
    for (size_t i = 0; i < names.size(); ++i)
      result.push_back({"input[" + std::to_string(i + 1) + "]", file(names[i], 'f', names[i]),
                        "src/" + names[i]});
    return result;
  };
  Fields two = fields({"a", "c"}, script(2)), three = fields({"a", "b", "c"}, script(3));
  CHECK(words(two, three) ==
        std::vector<std::string>{"input 2 `src/b` added: " + base::digestOf("b").shortHex()});
  CHECK(words(three, two) ==
        std::vector<std::string>{"input 2 `src/b` removed, was " + base::digestOf("b").shortHex()});
  // An edit of the command is told as well, after the file.
  auto both = words(two, fields({"a", "b", "c"}, "sort" + script(3)));
  REQUIRE(both.size() == 2);
  CHECK(llvm::StringRef(both[0]).starts_with("input 2 `src/b` added"));
  CHECK(llvm::StringRef(both[1]).starts_with("run[0] script changed in line 1"));
}

TEST_CASE("files keep their names when others come before them") {
  Fields before = {{"input[1]", file("1", 'f', "b"), "b"}, {"input[2]", file("2", 'f', "c"), "c"}};
  Fields after = {{"input[1]", file("0", 'f', "a"), "a"},
                  {"input[2]", file("3", 'f', "b"), "b"},
                  {"input[3]", file("2", 'f', "c"), "c"}};
  auto found = words(before, after);
  REQUIRE(found.size() == 2);
  CHECK(llvm::StringRef(found[0]).starts_with("input 2 `b` changed: "));
  CHECK(llvm::StringRef(found[1]).starts_with("input 1 `a` added: "));
  // Another order of the same files.
  Fields swapped = {{"input[1]", file("2", 'f', "c"), "c"}, {"input[2]", file("1", 'f', "b"), "b"}};
  CHECK(words(before, swapped).size() == 2);
}

TEST_CASE("one more argument is one difference") {
  CHECK(words(arguments({"cc", "-c", "-o", "x"}), arguments({"cc", "-g", "-c", "-o", "x"})) ==
        std::vector<std::string>{"run[0] argument 1 added: `-g`"});
  CHECK(words(arguments({"cc", "-g", "-c"}), arguments({"cc", "-c"})) ==
        std::vector<std::string>{"run[0] argument 1 removed, was `-g`"});
  CHECK(words(arguments({"cc", "-O0"}), arguments({"cc", "-O2"})) ==
        std::vector<std::string>{"run[0] argument 1 changed: `-O0` → `-O2`"});
}

TEST_CASE("variables, scripts, tools and the root") {
  CHECK(words({{"env.FOO", "1", ""}}, {{"env.BAR", "2", ""}}) ==
        std::vector<std::string>{"env.BAR added: `2`", "env.FOO removed, was `1`"});
  CHECK(words({{"run[0].script", "a\nb\nc", ""}}, {{"run[0].script", "a\nB\nc", ""}}) ==
        std::vector<std::string>{"run[0] script changed in line 2: `b` → `B`"});
  CHECK(words({{"run[0].script", "a", ""}}, {{"run[0].script", "a\nb", ""}}) ==
        std::vector<std::string>{"run[0] script changed in line 2: `` → `b`"});
  std::string one = base::digestOf("1").name(), two = base::digestOf("2").name();
  CHECK(
      words({{"tool.cc", one, ""}, {"root", one, ""}}, {{"tool.cc", two, ""}, {"root", two, ""}}) ==
      std::vector<std::string>{"the tool `cc` changed: " + one.substr(0, 12) + " → " +
                                   two.substr(0, 12),
                               "what is installed in the root changed: " + one.substr(0, 12) +
                                   " → " + two.substr(0, 12)});
}
