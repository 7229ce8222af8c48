// Sharing out CPUs: those with the fewest users first.
#include "runtime/sandbox/cpu_shares.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <sched.h>

namespace pipec::sandbox {

CpuShares::CpuShares(std::vector<unsigned> allowed) {
  for (unsigned number : allowed)
    cpus.push_back({number, 0});
}

std::vector<unsigned> CpuShares::ofThisProcess() {
  std::vector<unsigned> allowed;
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0)
    return allowed;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set))
      allowed.push_back(cpu);
  return allowed;
}

CpuShares::Share::Share(CpuShares& from, unsigned count) : shares(from) {
  std::lock_guard lock(shares.mutex);
  if (count == 0 || count >= shares.cpus.size())
    return;
  llvm::stable_sort(shares.cpus, [](const Cpu& a, const Cpu& b) {
    return a.users != b.users ? a.users < b.users : a.number < b.number;
  });
  for (unsigned i = 0; i < count; ++i) {
    ++shares.cpus[i].users;
    taken.push_back(shares.cpus[i].number);
  }
}

CpuShares::Share::~Share() {
  std::lock_guard lock(shares.mutex);
  for (Cpu& cpu : shares.cpus)
    if (llvm::is_contained(taken, cpu.number))
      --cpu.users;
}

} // namespace pipec::sandbox
