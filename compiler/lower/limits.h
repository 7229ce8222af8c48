// Limits: bounds on an evaluation, counted the same way on every machine.
#pragma once

#include "compiler/lower/reporter.h"

#include <cstdint>

namespace pipec::lower {

/// Every function that counts reports E0707 and gives false when the bound is passed.
class Limits {
public:
  static constexpr uint64_t MaxSteps = 10'000'000;
  static constexpr uint64_t MaxNodes = 2'000'000;
  static constexpr uint64_t MaxStringBytes = 1 << 20;
  /// Of expressions and calls in each other. What a text can nest is bounded by the parser; this
  /// bounds chains of functions that call each other.
  static constexpr uint32_t MaxDepth = 1'000;

  explicit Limits(Reporter& reporter) : reporter_(reporter) {}

  /// One step for each expression evaluated and each element handled.
  bool step(SourceRange range, uint64_t count = 1);
  /// A text of that length is made; each KiB of it is a step.
  bool string(SourceRange range, uint64_t bytes);
  /// The bound alone, for a text that is still growing.
  bool length(SourceRange range, uint64_t bytes);
  bool node(SourceRange range, uint64_t nodes);

  /// One more level for as long as it lives; false if that is one too many.
  class Level {
  public:
    Level(Limits& limits_, SourceRange range);
    ~Level() { --limits_.depth_; }
    explicit operator bool() const { return allowed_; }

  private:
    Limits& limits_;
    bool allowed_;
  };

  /// A `for` that is running, outermost first, and how many nodes there were when it began.
  struct Loop {
    SourceRange range;
    uint64_t nodes = 0;
  };
  std::vector<Loop> loops;

private:
  Reporter& reporter_;
  uint64_t steps_ = 0;
  uint32_t depth_ = 0;
};

} // namespace pipec::lower
