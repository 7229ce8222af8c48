// Table: rows of text in aligned columns.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <string>
#include <vector>

namespace pipec::report {

/// Text of a cell that fits into a line (printable()), and how it is shown.
struct Cell {
  std::string text;
  /// Adds colours, which take no columns; null: as it is.
  std::function<std::string(llvm::StringRef)> paint = nullptr;
};

/// Columns are as wide as their widest cell and two spaces apart; no line ends in spaces.
class Table {
public:
  explicit Table(std::vector<std::string> headings);
  /// Fewer cells than headings leave the last ones empty.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool isEmpty() const { return rows_.size() <= 1; }
  void write(llvm::raw_ostream& out) const;

private:
  std::vector<std::vector<Cell>> rows_; ///< the headings first
};

} // namespace pipec::report
