// Scratch folders of living and dead processes.
#include "runtime/engine/step_scratch.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using test::exists;
using test::get;

TEST_CASE("a scratch folder goes with its owner") {
  test::TemporaryFolder folder;
  std::string path;
  {
    engine::StepScratch scratch = get(engine::StepScratch::make(folder / "steps"));
    path = scratch.path();
    test::writeFile(path + "/step-1/o/out", "half");
    engine::StepScratch other = get(engine::StepScratch::make(folder / "steps"));
    CHECK(other.path() != path);
    CHECK(exists(path + "/step-1/o/out"));
  }
  CHECK_FALSE(exists(path));
  CHECK_FALSE(exists(path + ".lock"));
}

TEST_CASE("what a killed process left is removed") {
  test::TemporaryFolder folder;
  test::writeFile(folder / "steps/999-0.lock", "");
  test::writeFile(folder / "steps/999-0/step-3/w/file", "left", 0400);
  REQUIRE(::chmod((folder / "steps/999-0/step-3/w").c_str(), 0500) == 0);
  engine::StepScratch scratch = get(engine::StepScratch::make(folder / "steps"));
  CHECK_FALSE(exists(folder / "steps/999-0"));
  CHECK_FALSE(exists(folder / "steps/999-0.lock"));
  CHECK(exists(scratch.path()));
}
