// Which of two origins is older, by ancestry and by time.
#include "runtime/environment/origin.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;

namespace {

std::string commit(char digit) {
  return std::string(40, digit);
}

Origin of(const std::string& commit, int64_t resolved, std::vector<Origin::Source> sources = {}) {
  return {commit, false, std::move(sources), resolved};
}

/// 1 ← 2 ← 3, and 9 on its own; `a` and up are in no repository.
Ancestry history(llvm::StringRef commit, llvm::StringRef other) {
  char a = commit[0];
  char b = other[0];
  if (a > '9' || b > '9')
    return Ancestry::Unknown;
  if (a == b)
    return Ancestry::Same;
  if (a == '9' || b == '9')
    return Ancestry::Unrelated;
  return a < b ? Ancestry::Ancestor : Ancestry::Descendant;
}

bool isOlder(const Origin& origin, const Origin& other, int64_t now = 100) {
  return whyOlder(origin, other, now, history).has_value();
}

} // namespace

TEST_CASE("ancestry of the work tree's commit decides, whatever the time") {
  CHECK(isOlder(of(commit('1'), 9), of(commit('2'), 5)));
  CHECK_FALSE(isOlder(of(commit('2'), 5), of(commit('1'), 9)));
  CHECK(whyOlder(of(commit('1'), 9), of(commit('3'), 5), 100, history) ==
        "commit 111111111111 is an ancestor of 333333333333");
}

TEST_CASE("of one commit, and of unrelated or unknown ones, the time decides") {
  for (char other : {'1', '9', 'a'}) {
    CHECK(isOlder(of(commit('1'), 5), of(commit(other), 9)));
    CHECK_FALSE(isOlder(of(commit('1'), 9), of(commit(other), 5)));
    CHECK_FALSE(isOlder(of(commit('1'), 9), of(commit(other), 9)));
  }
  CHECK(isOlder(of("", 5), of("", 9)));
  CHECK(isOlder(of(commit('1'), 5), of("", 9)));
}

TEST_CASE("a time that is still to come was a wrong clock's, and orders nothing") {
  CHECK_FALSE(isOlder(of("", 5), of("", 101)));
  CHECK(isOlder(of(commit('1'), 5), of(commit('2'), 101)));
}

TEST_CASE("sources are compared by their labels") {
  Origin older = of("", 9, {{"p.repo", commit('1')}});
  Origin newer = of("", 5, {{"p.repo", commit('2')}});
  CHECK(isOlder(older, newer));
  CHECK_FALSE(isOlder(newer, older));
  CHECK_FALSE(isOlder(older, of("", 5, {{"p.other", commit('2')}})));
  // An identity that is no commit says only whether it is the same.
  CHECK_FALSE(isOlder(of("", 9, {{"p.repo", "v1"}}), of("", 5, {{"p.repo", "v2"}})));
}

TEST_CASE("where some commits are older and others newer, the time decides") {
  Origin mixed = of(commit('1'), 5, {{"p.repo", commit('3')}});
  CHECK(isOlder(mixed, of(commit('2'), 9, {{"p.repo", commit('2')}})));
  CHECK_FALSE(isOlder(mixed, of(commit('2'), 4, {{"p.repo", commit('2')}})));
}

TEST_CASE("an origin is read as it was written") {
  Origin origin = of(commit('1'), 77, {{"p.repo", commit('3')}, {"p.x", "1.2 \"q\""}});
  origin.modified = true;
  CHECK(get(decodeOrigin(encodeOrigin(origin))) == origin);
  CHECK_FALSE(get(decodeOrigin(encodeOrigin(std::nullopt))));
  CHECK_THAT(llvm::toString(decodeOrigin("{}").takeError()), Catch::Contains("no such JSON"));
}

TEST_CASE("what is shown is the work tree's commit, else that of the only source") {
  CHECK(commitOf(of(commit('1'), 0, {{"p.repo", commit('2')}})) == commit('1'));
  CHECK(commitOf(of("", 0, {{"p.repo", commit('2')}})) == commit('2'));
  CHECK(commitOf(of("", 0, {{"p.repo", "v1"}})) == "");
  CHECK(commitOf(of("", 0, {{"p.a", commit('2')}, {"p.b", commit('3')}})) == "");
}
