// Process: one simulated process of pipec, which can die at every step it takes.
#pragma once

#include "compiler/base/error.h"
#include "runtime/db/database.h"
#include "runtime/sandbox/spawn.h"
#include "tests/simulator/site.h"
#include "tests/simulator/turns.h"

#include <climits>

namespace pipec::simulator {

class Process {
public:
  Process(Turns& others, Site& place, int lifetime)
      : turns(others), site(place), stepsLeft_(lifetime) {}

  bool isDead() const { return dead_; }

  /// Others may go on here; and it may die.
  llvm::Error step() {
    if (llvm::Error error = survive())
      return error;
    turns.pass();
    return llvm::Error::success();
  }
  /// It may die here, while nobody else goes on.
  llvm::Error survive() {
    if (!dead_ && stepsLeft_-- <= 0) {
      dead_ = true;
      site.tell("  … dies");
    }
    return dead_ ? base::worldError("killed") : llvm::Error::success();
  }

private:
  Turns& turns;
  Site& site;
  int stepsLeft_;
  bool dead_ = false;
};

/// The commands of a simulated pipeline: `deploy RELEASE`, `rollback RELEASE`, `probe`, `test`.
class Commands final : public sandbox::SpawnRunner {
public:
  struct Chances {
    bool mayFail = false;      ///< a deploy that is none of the last one
    std::set<std::string> bad; ///< releases that fail every test
  };

  Commands(Process& owner, Site& place, const Chances& odds, std::mt19937_64& random)
      : process(owner), site(place), chances(odds), rng(random) {}

  sandbox::Isolation isolation() const override { return sandbox::Isolation::Full; }
  std::string renderPath(const sandbox::Spawn&, llvm::StringRef path) const override {
    return path.str();
  }
  llvm::Expected<base::Digest> rootFingerprint() override { return base::Digest{}; }
  llvm::Expected<std::optional<base::Digest>> toolDigest(llvm::StringRef) override {
    return std::nullopt;
  }
  llvm::Expected<std::unique_ptr<sandbox::StepRoot>> open(const sandbox::Spawn&) override;
  void cancel(std::chrono::milliseconds) override {}

private:
  struct Root;

  llvm::Expected<sandbox::SpawnResult> execute(const sandbox::Spawn& spawn);
  llvm::Expected<int> change(const sandbox::Spawn& spawn, uint64_t fence);
  llvm::Expected<int> look(uint64_t fence);

  Process& process;
  Site& site;
  const Chances& chances;
  std::mt19937_64& rng;
};

} // namespace pipec::simulator
