#include "words/count.h"

#include <algorithm>
#include <map>

namespace words {

std::vector<std::pair<std::string, std::size_t>> top(const std::vector<std::string>& words,
                                                     std::size_t most) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& word : words)
    ++counts[word];
  std::vector<std::pair<std::string, std::size_t>> result(counts.begin(), counts.end());
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  result.resize(std::min(most, result.size()));
  return result;
}

} // namespace words
