#include "words/split.h"

#include <cctype>

namespace words {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> result;
  std::string word;
  for (char c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)) || (c == '\'' && !word.empty())) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      result.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty())
    result.push_back(std::move(word));
  return result;
}

} // namespace words
