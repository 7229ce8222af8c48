// Rendering of sizes.
#include "compiler/base/size_text.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <iterator>

namespace pipec::base {

std::string sizeText(uint64_t bytes) {
  static constexpr const char* Units[] = {"KiB", "MiB", "GiB", "TiB"};
  std::string text;
  llvm::raw_string_ostream out(text);
  if (bytes < 1024) {
    out << bytes << " B";
    return text;
  }
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(Units); ++unit)
    value /= 1024;
  out << llvm::format(value < 10 ? "%.1f " : "%.0f ", value) << Units[unit];
  return text;
}

} // namespace pipec::base
