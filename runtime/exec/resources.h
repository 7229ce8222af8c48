// Resources: the machine's CPUs and memory, and what the running steps take of them.
#pragma once

#include "compiler/plan/plan.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace pipec::exec {

/// What the steps of a build may take together.
struct Machine {
  unsigned cpus = UINT32_MAX;
  uint64_t memory = UINT64_MAX; ///< bytes
};

/// What one node takes while it runs. Of what it asks for, no more than there is.
struct Request {
  uint64_t cpu = 0; ///< in parts of a CPU, see Resources
  uint64_t memory = 0;
  auto operator<=>(const Request&) const = default;
};

/// Bookkeeping alone; the Scheduler is its only user.
///
/// A step that asks for no CPUs takes one. If `jobs` is greater than the number of CPUs, it takes
/// as much less as lets `jobs` of them run. A step that asks for no memory takes none.
class Resources {
public:
  Resources(const Machine& machine, unsigned jobs);

  Request requestOf(const plan::Node& node) const;
  bool fits(const Request& request) const {
    return request.cpu <= freeCpu && request.memory <= freeMemory;
  }
  /// Whether `request` fits and does not delay `waiting`, which does not fit and is to be next.
  /// Memory is kept for it from the beginning, CPUs from when its memory is there: so each of them
  /// only gets more until it can start, and CPUs are not idle while it waits for memory.
  bool fitsBeside(const Request& request, const Request& waiting) const;

  void take(const Request& request);
  void giveBack(const Request& request);

private:
  Machine machine;
  uint64_t jobs;
  uint64_t freeCpu; ///< of cpus * jobs parts: a CPU has `jobs` of them
  uint64_t freeMemory;
};

/// Told when a step starts that asks for more memory than there is: it runs alone. nullopt: it does
/// not.
std::optional<std::string> excessiveRequest(const plan::Node& node, const Machine& machine);

} // namespace pipec::exec
