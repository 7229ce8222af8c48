// Which CPUs steps run on.
#include "runtime/sandbox/cpu_shares.h"

#include <catch2/catch.hpp>

#include <memory>

using pipec::sandbox::CpuShares;
using Numbers = std::vector<unsigned>;

TEST_CASE("steps that run together are on different CPUs, as far as there are enough") {
  CpuShares shares({2, 3, 5, 7});
  CpuShares::Share two(shares, 2);
  CHECK(two.cpus() == Numbers{2, 3});
  auto one = std::make_unique<CpuShares::Share>(shares, 1);
  CHECK(one->cpus() == Numbers{5});
  {
    CpuShares::Share other(shares, 1);
    CHECK(other.cpus() == Numbers{7});
    CpuShares::Share third(shares, 1);
    CHECK(third.cpus() == Numbers{2});
    CpuShares::Share fourth(shares, 1);
    CHECK(fourth.cpus() == Numbers{3});
  }
  // The CPU of a step that has ended is the next one's, and not that of one that runs.
  one.reset();
  CpuShares::Share next(shares, 2);
  CHECK(next.cpus() == Numbers{5, 7});
}

TEST_CASE("who asks for none, or for all there are, may use all") {
  CpuShares shares({0, 1});
  CHECK(CpuShares::Share(shares, 0).cpus().empty());
  CHECK(CpuShares::Share(shares, 2).cpus().empty());
  CHECK(CpuShares::Share(shares, 9).cpus().empty());
}
