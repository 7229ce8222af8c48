// Reading options.
#include "runtime/cli/arguments.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using cli::Arguments;
using test::failureOf;
using test::get;

static const std::vector<cli::Option> Options = {
    {"jobs", 'j', "N", "how many"},
    {"keep-going", 'k', "", "go on"},
    {"verbose", 'v', "", "say more"},
    {"branch", 0, "String", "which"},
    {"with_docs", 0, "", "docs", /*isBool=*/true},
};

static Arguments parse(std::vector<std::string> words) {
  return get(Arguments::parse(words, Options));
}
using Words = std::vector<std::string>;

TEST_CASE("options stand before and after words") {
  Arguments arguments = parse({"--branch", "dev", "site", "-j", "8", "other", "-k"});
  CHECK(arguments.value("branch") == "dev");
  CHECK(arguments.value("jobs") == "8");
  CHECK(arguments.has("keep-going"));
  CHECK_FALSE(arguments.has("verbose"));
  CHECK(arguments.words() == Words{"site", "other"});
}

TEST_CASE("values come in every usual form") {
  CHECK(parse({"-j8"}).value("jobs") == "8");
  CHECK(parse({"-j=8"}).value("jobs") == "8");
  CHECK(parse({"--jobs=8"}).value("jobs") == "8");
  CHECK(parse({"--branch="}).value("branch") == "");
  CHECK(parse({"--branch=a=b"}).value("branch") == "a=b");
  CHECK(parse({"--branch", "-x"}).value("branch") == "-x");
  CHECK(parse({"--branch", "--"}).value("branch") == "--");
  CHECK(parse({"-kvj2"}).value("jobs") == "2");
}

TEST_CASE("the last value wins, and all are there") {
  Arguments arguments = parse({"--branch", "a", "--branch=b"});
  CHECK(arguments.value("branch") == "b");
  CHECK(arguments.values("branch") == Words{"a", "b"});
}

TEST_CASE("two dashes end the options") {
  CHECK(parse({"-v", "--", "-k", "--", "-"}).words() == Words{"-k", "--", "-"});
}

TEST_CASE("a Bool may have a value, and takes nothing else for one") {
  CHECK(parse({"--with_docs"}).value("with_docs") == "true");
  CHECK(parse({"--with-docs=false"}).value("with_docs") == "false");
  Arguments arguments = parse({"--with-docs", "false", "--with_docs", "site"});
  CHECK(arguments.values("with_docs") == Words{"false", "true"});
  CHECK(arguments.words() == Words{"site"});
}

TEST_CASE("mistakes name the word") {
  CHECK(failureOf(Arguments::parse(Words{"--brnch", "x"}, Options)) ==
        "unknown option `--brnch`; did you mean `--branch`?");
  CHECK(failureOf(Arguments::parse(Words{"--zzz"}, Options)) == "unknown option `--zzz`");
  CHECK(failureOf(Arguments::parse(Words{"-kz"}, Options)) == "unknown option `-z`");
  CHECK(failureOf(Arguments::parse(Words{"--jobs"}, Options)) ==
        "`--jobs` needs a value: `--jobs N`");
  CHECK(failureOf(Arguments::parse(Words{"--keep-going=x"}, Options)) ==
        "`--keep-going` takes no value");
}

TEST_CASE("a first look tells words from what may be values") {
  Words words = {"site", "--unknown", "doubt", "--also=x", "sure", "-j", "8", "--", "--last"};
  Arguments::FirstLook look = Arguments::look(words, Options);
  std::vector<std::pair<std::string, bool>> found;
  for (const Arguments::Word& word : look.words)
    found.emplace_back(word.text, word.maybeValue);
  CHECK(found == std::vector<std::pair<std::string, bool>>{
                     {"site", false}, {"doubt", true}, {"sure", false}, {"--last", false}});
  CHECK(look.known.value("jobs") == "8");
}
