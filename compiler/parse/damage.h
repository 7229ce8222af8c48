// Damage: the places of a file that are known to be wrong already.
#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace pipec::parse {

/// Where mistakes have been reported that may derail the parser: what it then says about the same
/// statement is no news.
class Damage {
public:
  void add(uint32_t offset) { offsets.insert(offset); }
  /// Text of which it is not known what is code and what is in quotes, `[begin, end]`: nothing that
  /// is said about it afterwards is news.
  void addUnreadable(uint32_t begin, uint32_t end) { unreadable.push_back({begin, end}); }
  /// After a new reading from `offset` on: what lies behind it is forgotten.
  void forgetFrom(uint32_t offset);

  /// Whether a place in `[begin, end]` is damaged.
  bool within(uint32_t begin, uint32_t end) const;
  bool isUnreadable(uint32_t offset) const;

private:
  std::set<uint32_t> offsets;
  std::vector<std::pair<uint32_t, uint32_t>> unreadable; ///< few: one for each open quote
};

} // namespace pipec::parse
