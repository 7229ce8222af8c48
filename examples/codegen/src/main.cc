// Draws a point, in words.
#include "colour.h"
#include "point.h"

#include <iostream>

int main() {
  point where{3, 4};
  colour ink{"red"};
  std::cout << "point " << toText(where) << " in " << toText(ink) << '\n';
}
