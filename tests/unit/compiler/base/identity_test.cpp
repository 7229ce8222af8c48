// The form of identities.
#include "compiler/base/identity.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

TEST_CASE("commits, digests, versions and headers of servers are identities") {
  for (const char* text :
       {"0123456789abcdef0123456789abcdef01234567", "sha256:0123", "1.2.3-rc1", "v1",
        "etag W/\"5f-abc\"", "modified Mon, 30 Nov 2026 10:00:00 GMT length 12", "größer"})
    CHECK(identityProblem(text) == "");
  CHECK(identityProblem(std::string(4096, 'a')) == "");
}

TEST_CASE("what a command could take for something else is no identity") {
  for (const char* text : {"", " ", "-", "-u", "--upload-pack=sh -c 'echo'", "a\nb", "a\n--b",
                           "a\rb", "a\tb", "a\x1b[2Jb", "a\x7f", "\xff\xfe"}) {
    INFO(text);
    CHECK(identityProblem(text) != "");
  }
  CHECK(identityProblem(std::string("a\0b", 3)) != "");
  CHECK(identityProblem(std::string(4097, 'a')) != "");
}
