// The simulated pipeline: `approve(CONTENT)  let live = publish(CONTENT, to = E)  check(live)`.
#pragma once

#include "compiler/plan/action_key.h"
#include "compiler/plan/plan.h"

#include <random>

namespace pipec::simulator {

struct Pipeline {
  static constexpr plan::NodeId Content{0};
  static constexpr plan::NodeId Gate{1};
  static constexpr plan::NodeId Deploy{2};
  static constexpr plan::NodeId Test{3};

  /// Some pipeline that deploys to `where`, which it may make protected.
  Pipeline(const std::string& where, std::mt19937_64& rng);

  plan::Plan plan() const;
  /// Of a build of `content`.
  plan::KeyContext keyOf(plan::NodeId node, const std::string& content) const;
  base::Digest releaseOf(const std::string& content) const;
  base::Digest approvalOf(const std::string& content) const;

  plan::Environment environment;
  plan::ActionSpec gate;
  plan::ActionSpec deploy;
  plan::ActionSpec test;
  bool hasGate = false;
  bool hasTest = false;
};

} // namespace pipec::simulator
