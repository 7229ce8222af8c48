// What must be true of a ledger, whatever happened.
#include "tests/simulator/site.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::simulator {

using environment::Recorded;
using environment::Verified;

void Site::compare(const environment::State& state) {
  std::string generation = std::to_string(state.generation);
  expect(state.generation >= generation_, "the generation went back to " + generation);
  generation_ = state.generation;
  if (state.recorded.kind == Recorded::Kind::Release) {
    std::string release = state.recorded.release.hex();
    auto done = done_.find(state.generation);
    expect(done != done_.end() && done->second == release,
           "recorded, and not finished in generation " + generation + ": " + release);
    expect(drifted || serves == release, "recorded is " + release + ", and it serves " + serves);
  }
  if (state.verified == Verified::Pass)
    expect(passes_.count(state.generation), "no test passed in generation " + generation);
  if (state.verified == Verified::Fail)
    expect(failures_.count(state.generation), "no test failed in generation " + generation);
  if (state.stable)
    expect(
        llvm::any_of(done_, [&](const auto& done) { return done.second == state.stable->hex(); }),
        "stable, and was never there: " + state.stable->hex());
}

} // namespace pipec::simulator
