#include "words/check.h"
#include "words/split.h"

using Words = std::vector<std::string>;

void testSplit() {
  CHECK(words::split("") == Words());
  CHECK(words::split("One, two.") == (Words{"one", "two"}));
  CHECK(words::split("It's 'quoted'") == (Words{"it's", "quoted'"}));
}
