// The list of areas.
#include "areas.h"

namespace pipec::golden {

static const Area allAreas[] = {
    {"parse", runParse}, {"format", runFormat}, {"sema", runSema},
    {"lower", runLower}, {"plan", runPlan},
};

llvm::ArrayRef<Area> areas() {
  return allAreas;
}

} // namespace pipec::golden
