// What steps take of the machine.
#include "runtime/exec/resources.h"

#include "compiler/base/size_text.h"

#include <algorithm>
#include <cassert>

namespace pipec::exec {

Resources::Resources(const Machine& what, unsigned jobCount)
    : machine(what), jobs(std::max(1u, jobCount)), freeCpu(machine.cpus * jobs),
      freeMemory(machine.memory) {
  assert(machine.cpus > 0 && machine.memory > 0);
}

/// Whether the node starts processes.
static bool isStep(const plan::Node& node) {
  return !node.isTree() && node.action().kind != plan::ActionKind::Approve;
}

Request Resources::requestOf(const plan::Node& node) const {
  if (!isStep(node))
    return {};
  const plan::ActionSpec& spec = node.action();
  // Alone means that nothing else runs, whatever that asks for.
  if (spec.memory.value_or(0) > machine.memory)
    return {machine.cpus * jobs, machine.memory};
  uint64_t cpu = std::min<uint64_t>(machine.cpus, jobs);
  if (spec.cpus)
    cpu = std::min<uint64_t>(machine.cpus, static_cast<uint64_t>(*spec.cpus)) * jobs;
  return {cpu, spec.memory.value_or(0)};
}

bool Resources::fitsBeside(const Request& request, const Request& waiting) const {
  if (!fits(request))
    return false;
  if (request.memory > 0 && freeMemory - request.memory < waiting.memory)
    return false;
  bool hasItsMemory = freeMemory >= waiting.memory;
  return !hasItsMemory || request.cpu == 0 || freeCpu - request.cpu >= waiting.cpu;
}

void Resources::take(const Request& request) {
  assert(fits(request));
  freeCpu -= request.cpu;
  freeMemory -= request.memory;
}

void Resources::giveBack(const Request& request) {
  freeCpu += request.cpu;
  freeMemory += request.memory;
  assert(freeCpu <= machine.cpus * jobs && freeMemory <= machine.memory);
}

std::optional<std::string> excessiveRequest(const plan::Node& node, const Machine& machine) {
  if (!isStep(node) || node.action().memory.value_or(0) <= machine.memory)
    return std::nullopt;
  return "`" + node.label + "` asks for " + base::sizeText(*node.action().memory) +
         " of memory, and there is " + base::sizeText(machine.memory) +
         ": it runs alone, and may get less than it needs; `--memory SIZE` says how much steps may "
         "take together";
}

} // namespace pipec::exec
