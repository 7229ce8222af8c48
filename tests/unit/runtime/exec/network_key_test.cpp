// Network variables in keys.
#include "runtime/exec/network_key.h"

#include "compiler/base/text.h"

#include <catch2/catch.hpp>

using namespace pipec;

TEST_CASE("who asks is left out of URLs, wherever they stand") {
  for (auto [text, without] : std::vector<std::pair<std::string, std::string>>{
           {"https://ada:pw@a.example/simple", "https://a.example/simple"},
           {"https://token@a.example", "https://a.example"},
           {"https://ada:p@ss@a.example/x@y", "https://a.example/x@y"},
           {"https://a.example/@scope", "https://a.example/@scope"},
           {"https://a.example?q=a@b", "https://a.example?q=a@b"},
           {"https://a:b@c/ http://d:e@f", "https://c/ http://f"},
           {"https://a:b@c,direct", "https://c,direct"},
           {"a@b", "a@b"},
           {"://", "://"},
           {"", ""}}) {
    INFO(text);
    CHECK(base::withoutUserInfo(text) == without);
  }
}

TEST_CASE("only what counts is in the key, by name and in one order") {
  std::vector<sandbox::Variable> variables = {{"Z", "1"}, {"https_proxy", "x"}, {"A", "2"}};
  auto key = exec::networkKey(variables, {"A", "Z", "absent"});
  REQUIRE(key.size() == 2);
  CHECK(key[0] == std::pair(std::string("A"), base::digestOf("2")));
  CHECK(key[1] == std::pair(std::string("Z"), base::digestOf("1")));
  auto keyOf = [](const std::string& value) { return exec::networkKey({{"A", value}}, {"A"}); };
  CHECK(keyOf("https://a:b@c/") == keyOf("https://d@c/"));
  CHECK(keyOf("https://a:b@c/") != keyOf("https://a:b@d/"));
}
