// Schedule: one random history of one environment: builds that run at the same time and die, a
// person who freezes, lifts, approves and changes things by hand, a clock that jumps.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/environment/effect_runner.h"
#include "tests/simulator/pipeline.h"
#include "tests/simulator/process.h"

#include <array>

namespace pipec::simulator {

/// What outlives a schedule: the store, and a connection for each process that may run at a time.
struct Bench {
  static constexpr size_t Processes = 4;

  explicit Bench(const std::string& folder);

  /// What a connection of `who` comes to is for `use` to decide.
  void intercept(size_t who, std::function<llvm::Error(db::Moment)> use) {
    use_[who] = std::move(use);
  }

  std::string folder;
  std::unique_ptr<cas::ContentStore> store;
  std::array<std::unique_ptr<environment::Ledger>, Processes> ledgers;
  std::unique_ptr<environment::Ledger> reader;
  int64_t time = 1'000'000'000'000; ///< milliseconds since the epoch

private:
  std::array<std::function<llvm::Error(db::Moment)>, Processes> use_;
};

/// How often what happened, so that a campaign can tell that it was about something.
using Counts = std::map<std::string, uint64_t>;

class Schedule {
public:
  /// The seed says everything.
  Schedule(Bench& bench, uint64_t seed);

  /// To the end, when all is quiet and a last build has brought the last content. What was wrong on
  /// the way is in `site`.
  void run();

  Site site;
  Counts counts;

private:
  bool oneIn(unsigned n) { return rng() % n == 0; }
  unsigned anyContent() { return static_cast<unsigned>(rng() % Contents); }
  /// Some of the contents are bad: they fail every test.
  static std::string contentOf(unsigned number) { return "content " + std::to_string(number); }

  void build(size_t who, unsigned content, bool isNamed, int lifetime);
  void person(size_t who);
  void act(size_t who);
  void rollBack(size_t who);
  void checkBegun(const environment::State& state, const environment::LogEntry& entry);
  void decide(environment::Ledger& ledger, unsigned content, bool approve);
  void finish();
  void compare(size_t who);

  static constexpr unsigned Contents = 4;

  Bench& bench;
  std::mt19937_64 rng;
  Turns turns;
  Pipeline pipeline;
  Commands::Chances chances;
  std::set<unsigned> approved; ///< contents that somebody has ever let through
  std::set<base::Digest> everStable;
  bool clockWentBack = false;
  environment::State last; ///< of the ledger
  unsigned executions = 0;
};

} // namespace pipec::simulator
