// The report of a test, as it is in the store, → its cases.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/test_report/test_case.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipec::test_report {

inline constexpr uint64_t MaxFileSize = 32ULL << 20;
inline constexpr uint64_t MaxFolderSize = 256ULL << 20; ///< of all XML files together
inline constexpr size_t MaxFiles = 10'000;

struct FolderReport {
  std::vector<TestCase> cases; ///< in the order of the files' paths
  /// One sentence for each file that could not be read, or not to its end: "`a/junit.xml`: line 3:
  /// mismatched tag". After the first few, one says how many more there are.
  std::vector<std::string> problems;
};

/// All `*.xml` in the folder that are JUnit reports; links are not followed. nullopt: the content
/// is not in the store, or not all of it. An error is the machine's fault: the store cannot be
/// read.
llvm::Expected<std::optional<FolderReport>> readReportFolder(cas::ContentStore& store,
                                                             const cas::Content& folder);

} // namespace pipec::test_report
