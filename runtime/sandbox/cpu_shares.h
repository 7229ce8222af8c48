// Which CPUs the steps that ask for a number of them run on.
#pragma once

#include <mutex>
#include <vector>

namespace pipec::sandbox {

/// Steps that run together share a CPU only if there are not enough of them. Thread-safe.
class CpuShares {
public:
  /// `allowed`: numbers of CPUs; empty: nobody can tell, and every step may use all.
  explicit CpuShares(std::vector<unsigned> allowed);

  /// The CPUs of one step, for its lifetime. Empty: all.
  class Share {
  public:
    Share(CpuShares& shares, unsigned count);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    const std::vector<unsigned>& cpus() const { return taken; }

  private:
    CpuShares& shares;
    std::vector<unsigned> taken;
  };

  /// The CPUs that this process may use.
  static std::vector<unsigned> ofThisProcess();

private:
  struct Cpu {
    unsigned number;
    unsigned users;
  };
  std::mutex mutex;
  std::vector<Cpu> cpus;
};

} // namespace pipec::sandbox
