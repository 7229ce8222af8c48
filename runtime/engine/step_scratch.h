// A folder for what lives as long as a step, and the removal of those that a killed pipec left.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::engine {

/// `parent/NAME`, with a lock at `parent/NAME.lock` that lives as long as its owner does.
class StepScratch {
public:
  /// Also removes what no living process owns.
  static llvm::Expected<StepScratch> make(std::string parent);
  StepScratch(StepScratch&& other) noexcept;
  StepScratch& operator=(StepScratch&&) = delete;
  ~StepScratch();

  const std::string& path() const { return folder; }

private:
  StepScratch(std::string path, int lock) : folder(std::move(path)), descriptor(lock) {}

  std::string folder;
  int descriptor = -1;
};

} // namespace pipec::engine
