#include "words/check.h"

void testSplit();
void testCount();

int main() {
  testSplit();
  testCount();
  std::cout << words::failures << " failures\n";
  return words::failures == 0 ? 0 : 1;
}
