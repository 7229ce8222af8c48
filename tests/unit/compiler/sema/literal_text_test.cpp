// Which texts are Versions and Urls.
#include "compiler/sema/literal_text.h"

#include <catch2/catch.hpp>

using namespace pipec::sema;

TEST_CASE("versions have one to three numbers and perhaps a pre-release") {
  for (const char* good : {"1", "3.13", "1.4.0", "0.0.0", "1.0.0-rc.1", "2024.01", "1-a-b"}) {
    INFO(good);
    CHECK(versionProblem(good).empty());
  }
  for (const char* bad : {"", "v1", "1.", "1..2", "1.2.3.4", "1.0-", "1.0-a b", "latest",
                          "1234567890123456789", "-1", "1.x"}) {
    INFO(bad);
    CHECK_FALSE(versionProblem(bad).empty());
  }
}

TEST_CASE("urls have a known scheme and a host") {
  for (const char* good : {"https://acme.dev", "http://127.0.0.1:8080/x?y#z", "file:///srv/www",
                           "s3://bucket/key", "ssh://git@host/repo.git", "git://host/repo"}) {
    INFO(good);
    CHECK(urlProblem(good).empty());
  }
  CHECK(urlProblem("htps:/acme.dev") == "unknown scheme `htps`");
  CHECK(urlProblem("https:acme.dev") == "`//` is missing behind `https:`");
  CHECK(urlProblem("git@github.com:acme/x.git") == "it has no scheme");
  CHECK(urlProblem("acme.dev") == "it has no scheme");
  CHECK(urlProblem("htps://acme.dev") == "unknown scheme `htps`");
  CHECK(urlProblem("https:///path") == "it has no host");
  CHECK(urlProblem("https://a b/") == "it has a space or control character in it");
  CHECK(urlProblem("://host") == "it has no scheme");
}
