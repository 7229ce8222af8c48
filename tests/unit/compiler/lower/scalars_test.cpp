// Units, versions and their order.
#include "compiler/lower/scalars.h"

#include <catch2/catch.hpp>

#include <limits>

using namespace pipec::lower;

TEST_CASE("durations print in the units of the language and read back") {
  for (int64_t milliseconds :
       {int64_t(0), int64_t(1), int64_t(999), int64_t(60'000), int64_t(5'400'000),
        int64_t(86'400'000), int64_t(90'061'001), std::numeric_limits<int64_t>::max()})
    CHECK(parseDuration(printDuration(milliseconds)) == milliseconds);
  CHECK(printDuration(90'061'001) == "1d1h1min1s1ms");
  CHECK(printDuration(std::numeric_limits<int64_t>::min()).front() == '-');
  for (const char* bad :
       {"", "5", "5m", "min", "1.5h", "5 min", "99999999999999999999s", "9223372036854775807d"})
    CHECK_FALSE(parseDuration(bad));
}

TEST_CASE("sizes print in the shortest exact form and read back") {
  for (int64_t bytes : {int64_t(0), int64_t(1), int64_t(1000), int64_t(1024), int64_t(1536) << 20,
                        int64_t(123'456'789), std::numeric_limits<int64_t>::max()})
    CHECK(parseSize(printSize(bytes)) == bytes);
  CHECK(printSize(1024) == "1KiB");
  CHECK(printSize(1000) == "1KB");
  CHECK(printSize(int64_t(1536) << 20) == "1536MiB");
  CHECK(printSize(1'024'000) == "1024KB");
  for (const char* bad : {"", "5", "5M", "5mb", "1GiB1MiB", "99999999TiB"})
    CHECK_FALSE(parseSize(bad));
}

TEST_CASE("whole numbers") {
  CHECK(parseInt("1_000") == 1000);
  CHECK(parseInt("-7") == -7);
  for (const char* bad : {"", "-", "_1", "four", "1x", "9223372036854775808", "0x10"})
    CHECK_FALSE(parseInt(bad));
}

TEST_CASE("versions have the precedence of SemVer") {
  // The example of https://semver.org/#spec-item-11, in order.
  const char* ordered[] = {"1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
                           "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",       "1.0.0"};
  for (size_t i = 0; i < std::size(ordered); ++i)
    for (size_t j = 0; j < std::size(ordered); ++j) {
      int order = compareVersions(ordered[i], ordered[j]);
      CHECK((order > 0) - (order < 0) == int(i > j) - int(i < j));
    }
  CHECK(compareVersions("1", "1.0.0") == 0);
  CHECK(compareVersions("1.9", "1.10") < 0);
  CHECK(compareVersions("01.2", "1.2") == 0);
}
