// Many random schedules: no order of events, no death and no clock makes the ledger wrong.
// PIPEC_SCHEDULES is how many, PIPEC_SCHEDULES_SEED the first seed.
#include "tests/simulator/schedule.h"
#include "tests/support/campaign.h"
#include "tests/unit/runtime/temporary_folder.h"

#include <iostream>

using namespace pipec;
using namespace pipec::simulator;
using namespace pipec::test;

namespace {

/// In memory where that is possible: each change of the ledger is made durable.
std::string fastPlace() {
  return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

std::string lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += text + "\n";
  return all;
}

} // namespace

TEST_CASE("random schedules leave the ledger true or unknown") {
  uint64_t count = numberFrom("PIPEC_SCHEDULES", 2000);
  uint64_t first = numberFrom("PIPEC_SCHEDULES_SEED", 1);
  TemporaryFolder folder(fastPlace());
  Bench bench(folder.path);
  Counts counts;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Schedule schedule(bench, seed);
    schedule.run();
    for (const auto& [what, times] : schedule.counts)
      counts[what] += times;
    INFO("PIPEC_SCHEDULES=1 PIPEC_SCHEDULES_SEED=" << seed << " shows it again\n"
                                                   << lines(schedule.site.story) << "wrong:\n"
                                                   << lines(schedule.site.wrong));
    REQUIRE(schedule.site.wrong.empty());
  }
  for (const auto& [what, times] : counts)
    std::cout << what << ": " << times << "\n";
  if (count < 1000)
    return;
  for (const char* what :
       {"killed", "cached", "failed", "flaky", "held", "deploy begun", "redeploy begun",
        "rollback begun", "rollback by hand begun", "superseded"})
    CHECK(counts[what] > 0);
}
