// Splitting a text into words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace words {

/// The words of a text in their order, in lower case. A word is a run of letters and apostrophes.
std::vector<std::string> split(std::string_view text);

} // namespace words
