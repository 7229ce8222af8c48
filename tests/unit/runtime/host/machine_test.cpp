// What limits a process, read from copies of the kernel's files.
#include "runtime/host/machine.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using test::TemporaryFolder;
using test::writeFile;

TEST_CASE("memory is what the machine has, or the smallest limit of a control group") {
  TemporaryFolder root;
  CHECK(host::memoryLimit(root.path) == UINT64_MAX);
  writeFile(root / "proc/meminfo", "Foo: 1 kB\nMemTotal:       1024 kB\nMemFree: 3 kB\n");
  CHECK(host::memoryLimit(root.path) == 1024 * 1024);
  SECTION("version 2") {
    writeFile(root / "proc/self/cgroup", "0::/a/b\n");
    writeFile(root / "sys/fs/cgroup/a/b/memory.max", "max\n");
    CHECK(host::memoryLimit(root.path) == 1024 * 1024);
    writeFile(root / "sys/fs/cgroup/a/memory.max", "4096\n");
    CHECK(host::memoryLimit(root.path) == 4096);
  }
  SECTION("version 1, from within a container") {
    writeFile(root / "proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/of/the/host\n");
    writeFile(root / "sys/fs/cgroup/memory/memory.limit_in_bytes", "8192\n");
    CHECK(host::memoryLimit(root.path) == 8192);
  }
  SECTION("version 1 without a limit") {
    writeFile(root / "proc/self/cgroup", "4:memory:/\n");
    writeFile(root / "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    CHECK(host::memoryLimit(root.path) == 1024 * 1024);
  }
}

TEST_CASE("quotas of CPU time are whole CPUs, rounded up") {
  TemporaryFolder root;
  CHECK(host::cpuQuota(root.path) == UINT64_MAX);
  SECTION("version 2") {
    writeFile(root / "proc/self/cgroup", "0::/a\n");
    writeFile(root / "sys/fs/cgroup/a/cpu.max", "max 100000\n");
    CHECK(host::cpuQuota(root.path) == UINT64_MAX);
    writeFile(root / "sys/fs/cgroup/a/cpu.max", "150000 100000\n");
    CHECK(host::cpuQuota(root.path) == 2);
    writeFile(root / "sys/fs/cgroup/a/cpu.max", "5000 100000\n");
    CHECK(host::cpuQuota(root.path) == 1);
  }
  SECTION("version 1") {
    writeFile(root / "proc/self/cgroup", "5:cpuacct,cpu:/x\n");
    writeFile(root / "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1\n");
    writeFile(root / "sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n");
    CHECK(host::cpuQuota(root.path) == UINT64_MAX);
    writeFile(root / "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "400000\n");
    CHECK(host::cpuQuota(root.path) == 4);
  }
}

TEST_CASE("this machine has something to offer") {
  CHECK(host::usableCpus() >= 1);
  CHECK(host::usableMemory() > 16 * 1024 * 1024);
}
