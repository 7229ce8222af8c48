// Measuring columns, and filling them up.
#include "runtime/report/table.h"

#include "runtime/report/text.h"

namespace pipec::report {

Table::Table(std::vector<std::string> headings) {
  std::vector<Cell> row;
  for (std::string& heading : headings)
    row.push_back({std::move(heading)});
  rows_.push_back(std::move(row));
}

void Table::write(llvm::raw_ostream& out) const {
  std::vector<unsigned> widths(rows_.front().size());
  for (const std::vector<Cell>& row : rows_)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columnWidth(row[i].text));
  for (const std::vector<Cell>& row : rows_) {
    unsigned missing = 0; // spaces before the next cell that has text
    for (size_t i = 0; i < row.size(); ++i) {
      const Cell& cell = row[i];
      if (!cell.text.empty()) {
        out.indent(missing) << (cell.paint ? cell.paint(cell.text) : cell.text);
        missing = 0;
      }
      missing += widths[i] - columnWidth(cell.text) + 2;
    }
    out << '\n';
  }
}

} // namespace pipec::report
