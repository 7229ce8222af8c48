// Counting words.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace words {

/// The `most` most frequent words with their counts; equally frequent ones by the alphabet.
std::vector<std::pair<std::string, std::size_t>> top(const std::vector<std::string>& words,
                                                     std::size_t most);

} // namespace words
