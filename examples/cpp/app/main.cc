// top-words N: the N most frequent words of the standard input.
#include "words/count.h"
#include "words/split.h"

#include <cstdlib>
#include <iostream>
#include <iterator>

int main(int argc, char** argv) {
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  std::size_t most = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10;
  for (const auto& [word, count] : words::top(words::split(text), most))
    std::cout << count << ' ' << word << '\n';
}
