// Repetition: what came of executing a step twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// The first thing in which two results differ.
struct ResultDifference {
  std::string output;             ///< its declared name; empty: it failed the second time
  std::string path;               ///< in an output that is a folder; else empty
  std::string what;               ///< a clause: "differs at offset 17: 0x31 and then 0x32"
  std::optional<uint64_t> offset; ///< from 0, if both are files with other bytes
  std::string first;              ///< what was there, and around it, as it can be printed
  std::string second;

  /// "`out/a.txt` differs at offset 17: …"
  std::string text() const;
};

struct Repetition {
  std::optional<ResultDifference> difference; ///< nullopt: the same was made
  /// What differs and counts for nothing, as clauses: what was printed, a test's report.
  std::vector<std::string> notes;
};

} // namespace pipec::exec
