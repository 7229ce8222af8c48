// When there is nothing to do, and when a person has to act first.
#include "runtime/environment/decision.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::environment;
using Catch::Contains;

namespace {

const base::Digest A{*base::Sha256::fromHex(std::string(64, 'a')), 1};
const base::Digest B{*base::Sha256::fromHex(std::string(64, 'b')), 1};

State running(const base::Digest& release) {
  State state;
  state.generation = 3;
  state.desired = release;
  state.recorded = {Recorded::Kind::Release, release};
  return state;
}

Proposal of(const base::Digest& release) {
  Proposal proposal;
  proposal.environment = "Production";
  proposal.release = release;
  proposal.now = 1'000;
  return proposal;
}

} // namespace

TEST_CASE("nothing is to do only where the release is recorded") {
  CHECK(judge(running(A), of(A)).nothingToDo);
  CHECK(judge(running(A), of(A)).reason == "already deployed");
  CHECK(judge({}, of(A)).reason == "nothing is deployed to `Production` yet");
  CHECK(judge(running(B), of(A)).reason ==
        "`Production` runs release bbbbbbbbbbbb, this is aaaaaaaaaaaa");
  State unknown = running(A);
  unknown.recorded = {Recorded::Kind::Unknown, {}};
  CHECK_FALSE(judge(unknown, of(A)).nothingToDo);
}

TEST_CASE("that a release was once stable means nothing") {
  State state = running(B);
  state.stable = A;
  CHECK_FALSE(judge(state, of(A)).nothingToDo);
}

TEST_CASE("a release that tests judge has to have passed them in this generation") {
  Proposal proposal = of(A);
  proposal.isTested = true;
  State state = running(A);
  CHECK_FALSE(judge(state, proposal).nothingToDo);
  state.verified = Verified::Pass;
  CHECK(judge(state, proposal).reason == "already deployed and verified");
  state.verified = Verified::Fail;
  CHECK_FALSE(judge(state, proposal).nothingToDo);
  CHECK_FALSE(judge(state, of(A)).nothingToDo);
}

TEST_CASE("what the environment shows counts once it was asked") {
  Proposal proposal = of(A);
  State state = running(A);
  state.observed = {Observed::Kind::Identity, "something else"};
  CHECK(judge(state, proposal).nothingToDo);
  proposal.isProbed = true;
  CHECK_THAT(judge(state, proposal).reason, Contains("shows `something else`"));
  state.observed = {Observed::Kind::Absent, ""};
  CHECK_FALSE(judge(state, proposal).nothingToDo);
  state.observed = {};
  CHECK_FALSE(judge(state, proposal).nothingToDo);
  state.observed = {Observed::Kind::Identity, A.hex()};
  CHECK(judge(state, proposal).nothingToDo);
}

TEST_CASE("a frozen environment waits for its person, until the time given") {
  State state;
  state.freeze = Freeze{"ada", "audit", 2'000};
  CHECK_THAT(guard(state, of(A)).value(), Contains("frozen by ada (audit) until 1970-01-01"));
  Proposal later = of(A);
  later.now = 2'000;
  CHECK_FALSE(guard(state, later));
}

TEST_CASE("a protected environment has to be named") {
  Proposal proposal = of(A);
  proposal.isProtected = true;
  CHECK_THAT(guard({}, proposal).value(), Contains("--deploy Production"));
  proposal.isNamed = true;
  CHECK_FALSE(guard({}, proposal));
}

TEST_CASE("a release that was rolled back waits for a person, another one does not") {
  State state = running(B);
  state.hold = Hold{A, "e1", "`links` failed"};
  CHECK_THAT(guard(state, of(A)).value(), Contains("`pipec unhold Production`"));
  CHECK_FALSE(guard(state, of(B)));
}
