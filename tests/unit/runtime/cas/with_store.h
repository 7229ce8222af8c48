// A store that tests age, sweep and look into.
#pragma once

#include "runtime/cas/clock.h"
#include "runtime/cas/collection.h"

#include "tests/unit/runtime/cas/stores.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>

namespace pipec::test {

inline constexpr int64_t DayMs = 24LL * 60 * 60 * 1000;

/// A store without a living process in it, unless `open` was called.
struct WithStore {
  WithStore() { open(); }
  void open() { store = get(cas::openLocalContentStore(path)); }
  void close() { store.reset(); }
  std::unique_ptr<cas::Collector> collector() {
    return get(cas::Collector::open(path, /*wait=*/false));
  }

  void age(const std::string& file, int64_t days) {
    timespec time{(cas::nowMs() - days * DayMs) / 1000, 0};
    timespec times[2] = {time, time};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  }
  void age(const base::Digest& digest, int64_t days) { age(blobPath(path, digest), days); }
  bool has(const base::Digest& digest) const { return exists(blobPath(path, digest)); }
  mode_t mode(const base::Digest& digest) const {
    struct stat status;
    REQUIRE(::stat(blobPath(path, digest).c_str(), &status) == 0);
    return status.st_mode;
  }

  /// All parts, with what `days` ago is old.
  cas::SweepResult sweep(int64_t days, int64_t compressDays = 10000) {
    auto one = collector();
    REQUIRE(one);
    cas::SweepLimits limits;
    limits.usedBefore = one->safe(cas::nowMs() - days * DayMs);
    limits.treesBefore = limits.usedBefore;
    limits.compressBefore = cas::nowMs() - compressDays * DayMs;
    cas::SweepResult result;
    for (unsigned part = 0; part < cas::StoreParts; ++part)
      check(one->sweep(part, limits, result));
    check(one->finish());
    return result;
  }

  TemporaryFolder folder;
  std::string path = folder / "store";
  std::unique_ptr<cas::ContentStore> store;
};

} // namespace pipec::test
