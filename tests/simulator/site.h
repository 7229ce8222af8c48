// Site: the world of one simulated environment, and what must be true of the ledger about it.
#pragma once

#include "runtime/environment/ledger.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace pipec::simulator {

/// What commands do to it is the truth, which the ledger may know or not know, but never be wrong
/// about.
class Site {
public:
  static constexpr llvm::StringLiteral Torn = "(a command was cut off)";

  std::string serves;             ///< a release's digits, or Torn
  bool drifted = false;           ///< somebody has changed it by hand since pipec did
  std::vector<std::string> wrong; ///< what must not be, as it is noticed
  std::vector<std::string> story; ///< what happened, for a person

  void tell(const std::string& what) { story.push_back(what); }
  void expect(bool holds, const std::string& what) {
    if (!holds)
      wrong.push_back(what);
  }

  /// A command begins to look at the environment, or to change it: one at a time, and none with
  /// an older fence than one that was there before.
  void enter(const std::string& command, uint64_t fence) {
    expect(!busy_, command + " began while another command was at work");
    expect(fence >= fence_, command + " came with the fence " + std::to_string(fence) + " after " +
                                std::to_string(fence_));
    busy_ = true;
    fence_ = fence;
  }
  void leave() { busy_ = false; }

  void deployed(uint64_t fence, const std::string& release) {
    serves = release;
    drifted = false;
    done_[fence] = release;
  }
  void passed(uint64_t fence) { passes_.insert(fence); }
  void failed(uint64_t fence) { failures_.insert(fence); }

  /// After every change of the ledger: what it says is true, or unknown.
  void compare(const environment::State& state);

private:
  bool busy_ = false;
  uint64_t fence_ = 0;
  uint64_t generation_ = 0;
  std::map<uint64_t, std::string> done_; ///< by fence: what a command has finished putting there
  std::set<uint64_t> passes_;            ///< fences of tests that passed
  std::set<uint64_t> failures_;          ///< and of those that did not
};

} // namespace pipec::simulator
