#include "words/check.h"
#include "words/count.h"

void testCount() {
  auto top = words::top({"b", "a", "c", "a", "b"}, 2);
  CHECK(top.size() == 2);
  CHECK(top[0].first == "a" && top[0].second == 2);
  CHECK(top[1].first == "b" && top[1].second == 2);
  CHECK(words::top({"a"}, 5).size() == 1);
}
