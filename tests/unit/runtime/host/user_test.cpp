// Whether the numbers of users are those of the machine.
#include "runtime/host/user.h"

#include <catch2/catch.hpp>

using namespace pipec::host;

TEST_CASE("only the map of all numbers to themselves is the machine's") {
  CHECK(isIdentity("         0          0 4294967295\n"));
  CHECK_FALSE(isIdentity("         1       1000          1\n"));
  CHECK_FALSE(isIdentity("         0       1000          1\n         1     100000      65536\n"));
  CHECK_FALSE(isIdentity("         0     100000 4294867295\n"));
  CHECK_FALSE(isIdentity("         0          0          1\n"));
  CHECK_FALSE(isIdentity(""));
}
