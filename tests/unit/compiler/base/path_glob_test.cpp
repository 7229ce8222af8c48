// Path globs: what they match, what they refuse, and that nothing makes them slow.
#include "compiler/base/path_glob.h"

#include "compiler/base/error.h"

#include <catch2/catch.hpp>

#include <random>

using namespace pipec::base;

static PathGlob glob(const std::string& pattern) {
  auto compiled = PathGlob::compile(pattern);
  INFO(pattern);
  REQUIRE(bool(compiled));
  return std::move(*compiled);
}

static bool matches(const std::string& pattern, const std::string& path) {
  return glob(pattern).matches(path);
}

static bool entersBelow(const std::string& pattern, const std::string& folder) {
  return glob(pattern).mayMatchBelow(folder);
}

static std::string refusal(const std::string& pattern) {
  auto compiled = PathGlob::compile(pattern);
  INFO(pattern);
  REQUIRE_FALSE(bool(compiled));
  auto [category, text] = describe(compiled.takeError());
  CHECK(category == ErrorCategory::Usage);
  return text;
}

TEST_CASE("a star stays within its component") {
  CHECK(matches("*.c", "a.c"));
  CHECK(matches("*.c", ".c"));
  CHECK(matches("*", ".hidden"));
  CHECK(matches("a*b*c", "a-b-b-c"));
  CHECK(matches("src/*.c", "src/a.c"));
  CHECK_FALSE(matches("*.c", "src/a.c"));
  CHECK_FALSE(matches("*", "a/b"));
  CHECK_FALSE(matches("src*", "src/a"));
  CHECK_FALSE(matches("a*b*c", "a-b-b-d"));
  CHECK_FALSE(matches("*.c", "a.cc"));
}

TEST_CASE("two stars are any number of components") {
  for (const char* path : {"a.c", "x/a.c", "x/y/a.c"})
    CHECK(matches("**/*.c", path));
  CHECK(matches("**", "a"));
  CHECK(matches("**", "a/b/c"));
  CHECK(matches("a/**", "a/b/c"));
  CHECK(matches("a/**/b", "a/b"));
  CHECK(matches("a/**/b", "a/x/b/y/b"));
  CHECK(matches("**/a/**/b/**", "x/a/y/b/z"));
  CHECK(matches("**/**/b", "b"));
  CHECK_FALSE(matches("a/**/b", "a/b/c"));
  CHECK_FALSE(matches("a/**", "b/a"));
}

TEST_CASE("one character is one of UTF-8") {
  CHECK(matches("?", "a"));
  CHECK(matches("?", "\xc3\xbc"));
  CHECK(matches("?", "\xf0\x9f\x98\x80"));
  CHECK(matches("?", "\xff")); // no UTF-8: a byte
  CHECK_FALSE(matches("?", "ab"));
  CHECK_FALSE(matches("?", ""));
  CHECK(matches("[\xc3\xa4-\xc3\xbc].c", "\xc3\xb6.c"));
  CHECK_FALSE(matches("[\xc3\xa4-\xc3\xbc].c", "\xc3\xa0.c"));
  CHECK(matches("*\xbc", "\xff\xbc"));
}

TEST_CASE("brackets choose one character") {
  CHECK(matches("[abc]", "b"));
  CHECK(matches("x[0-9][0-9]", "x42"));
  CHECK(matches("[!a-c]", "d"));
  CHECK(matches("[]]", "]"));
  CHECK(matches("[!]]", "x"));
  CHECK(matches("[a-]", "-"));
  CHECK(matches("[*]", "*"));
  CHECK(matches("[?][[]", "?["));
  CHECK(matches("*[0-9]*", "abc7def"));
  CHECK_FALSE(matches("[abc]", "d"));
  CHECK_FALSE(matches("[!a-c]", "b"));
  CHECK_FALSE(matches("[!]]", "]"));
  CHECK_FALSE(matches("[*]", "a"));
  CHECK_FALSE(matches("[abc]", ""));
  CHECK_FALSE(matches("[z-a]", "m"));
}

TEST_CASE("braces choose one of several") {
  for (const char* path : {"a.c", "a.h", "b.c", "b.h"})
    CHECK(matches("{a,b}.{c,h}", path));
  CHECK(matches("{src,test/{unit,e2e}}/*.c", "test/e2e/x.c"));
  CHECK(matches("a{,.bak}", "a"));
  CHECK(matches("a{,.bak}", "a.bak"));
  CHECK(matches("{one}", "one"));
  CHECK(matches("[{]x[}]", "{x}"));
  CHECK(matches("{[,],b}", ","));
  CHECK(matches("a,b", "a,b"));
  CHECK(matches("a}", "a}"));
  CHECK_FALSE(matches("{a,b}", "c"));
  CHECK_FALSE(matches("{a,b}", "a,b"));
}

TEST_CASE("slashes that say nothing are read as none") {
  CHECK(matches("a//b", "a/b"));
  CHECK(matches("a/b/", "a/b"));
}

TEST_CASE("names with any bytes are matched") {
  CHECK(matches("*", "-rf *\n'\"$x %d"));
  CHECK(matches("-rf [*]*", "-rf *\n"));
  CHECK(matches("*.c", std::string(250, 'n') + ".c"));
}

TEST_CASE("a walk enters only what may match") {
  CHECK(entersBelow("src/**/*.c", "src"));
  CHECK(entersBelow("src/**/*.c", "src/a/b"));
  CHECK(entersBelow("**/*.c", "any/where"));
  CHECK(entersBelow("a/*/c", "a"));
  CHECK(entersBelow("a/*/c", "a/x"));
  CHECK(entersBelow("{a,b}/c", "b"));
  CHECK(entersBelow("*.c", ""));
  CHECK_FALSE(entersBelow("src/**/*.c", "test"));
  CHECK_FALSE(entersBelow("*.c", "src"));
  CHECK_FALSE(entersBelow("a/*/c", "a/x/c"));
  CHECK_FALSE(entersBelow("a/b", "a/b"));
}

TEST_CASE("a walk that enters where it may finds everything") {
  // Whatever matches must be reachable: each folder above it may match below.
  std::mt19937 random(3);
  auto pick = [&](std::initializer_list<const char*> words) {
    return std::string(*(words.begin() + random() % words.size()));
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string pattern, path;
    for (unsigned i = 0; i <= random() % 4; ++i)
      pattern += (i ? "/" : "") + pick({"**", "*", "a", "b*", "?", "{a,b/c}", "[ab]"});
    for (unsigned i = 0; i <= random() % 4; ++i)
      path += (i ? "/" : "") + pick({"a", "b", "bc", "c"});
    PathGlob compiled = glob(pattern);
    if (!compiled.matches(path))
      continue;
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      INFO(pattern << " matches " << path);
      CHECK(compiled.mayMatchBelow(path.substr(0, slash)));
    }
  }
}

TEST_CASE("patterns without a meaning are refused with a reason") {
  CHECK(refusal("").find("empty") != std::string::npos);
  CHECK(refusal("/etc/*").find("absolute") != std::string::npos);
  CHECK(refusal("{a,/etc}/*").find("absolute") != std::string::npos);
  CHECK(refusal("../*").find("`..`") != std::string::npos);
  CHECK(refusal("a/{b,..}/c").find("`..`") != std::string::npos);
  CHECK(refusal("./a").find("`.`") != std::string::npos);
  CHECK(refusal("a**").find("whole component") != std::string::npos);
  CHECK(refusal("***").find("whole component") != std::string::npos);
  CHECK(refusal("[a").find("`[` is never closed") != std::string::npos);
  CHECK(refusal("[]").find("`[` is never closed") != std::string::npos);
  CHECK(refusal("[!]").find("`[` is never closed") != std::string::npos);
  CHECK(refusal("a[b/c]d").find("`[` is never closed") != std::string::npos);
  CHECK(refusal("{a,b").find("`{` is never closed") != std::string::npos);
  CHECK(refusal("{a,{b}").find("`{` is never closed") != std::string::npos);
}

TEST_CASE("hostile patterns end soon") {
  auto repeat = [](const std::string& text, size_t times) {
    std::string all;
    while (times-- != 0)
      all += text;
    return all;
  };
  CHECK(refusal(repeat("{a,b}", 20)).find("too many alternatives") != std::string::npos);
  CHECK(refusal(repeat("{,}", 1000)).find("too many alternatives") != std::string::npos);
  CHECK(refusal(repeat("{", 4000)).find("never closed") != std::string::npos);
  CHECK(refusal(repeat("a", 1'000'000)).find("longer than") != std::string::npos);
  CHECK(matches(repeat("{", 2000) + "a" + repeat("}", 2000), "a"));
  CHECK(matches(repeat("{}", 1000) + "a", "a"));
  // Exponential or cubic matching would not come back from these.
  CHECK_FALSE(matches(repeat("a*", 100) + "b", repeat("a", 255)));
  CHECK_FALSE(matches(repeat("**/a*/", 200) + "b", repeat("aaaa/", 500) + "c"));
  CHECK_FALSE(matches(repeat("[!b]*", 100) + "b", repeat("a", 255)));
  CHECK_FALSE(entersBelow(repeat("*a*a/", 100) + "b", repeat("aaaaaaaab/", 50) + "c"));
}

TEST_CASE("no bytes make it fail otherwise") {
  std::mt19937 random(5);
  for (int round = 0; round < 50'000; ++round) {
    std::string pattern, path;
    for (unsigned i = 0; i < random() % 12; ++i)
      pattern += "ab*?[]!-{},/.\xc3\xbc\xff"[random() % 17];
    for (unsigned i = 0; i < random() % 10; ++i)
      path += "ab/.\xc3\xbc\xff]"[random() % 8];
    auto compiled = PathGlob::compile(pattern);
    if (!compiled) {
      CHECK(describe(compiled.takeError()).first == ErrorCategory::Usage);
      continue;
    }
    compiled->matches(path);
    compiled->mayMatchBelow(path);
    CHECK(compiled->text() == pattern);
  }
}
