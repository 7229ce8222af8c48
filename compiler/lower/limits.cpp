// Counting, and the messages when there is too much.
#include "compiler/lower/limits.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

/// `2000000` as `2,000,000`.
static std::string grouped(uint64_t number) {
  std::string text = llvm::utostr(number);
  for (size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}

bool Limits::step(SourceRange range, uint64_t count) {
  steps_ = count > MaxSteps ? MaxSteps + 1 : steps_ + count;
  if (steps_ <= MaxSteps)
    return true;
  auto diagnostic = reporter_.report(
      Code::E0707, range, "this pipeline needs more than " + grouped(MaxSteps) + " steps");
  if (!loops.empty())
    diagnostic.also(loops.front().range, "while this `for` is evaluated");
  return false;
}

bool Limits::string(SourceRange range, uint64_t bytes) {
  return length(range, bytes) && step(range, bytes / 1024);
}

bool Limits::length(SourceRange range, uint64_t bytes) {
  if (bytes <= MaxStringBytes)
    return true;
  reporter_.report(Code::E0707, range, "this text would be longer than 1 MiB")
      .label(grouped(bytes) + " bytes");
  return false;
}

bool Limits::node(SourceRange range, uint64_t nodes) {
  if (nodes < MaxNodes)
    return true;
  std::string message = "this pipeline needs more than " + grouped(MaxNodes) + " nodes";
  auto diagnostic = reporter_.report(Code::E0707, range, message);
  if (!loops.empty())
    diagnostic.also(loops.front().range,
                    grouped(nodes - loops.front().nodes) + " of them come from this `for`");
  return false;
}

Limits::Level::Level(Limits& limits, SourceRange range) : limits_(limits) {
  allowed_ = ++limits_.depth_ <= MaxDepth;
  if (limits_.depth_ == MaxDepth + 1)
    limits_.reporter_.report(Code::E0707, range,
                             "expressions and calls are nested deeper than " + grouped(MaxDepth) +
                                 " here");
}

} // namespace pipec::lower
