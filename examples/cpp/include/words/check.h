// What the tests are written with: CHECK tells of a failure and goes on.
#pragma once

#include <iostream>

namespace words {
inline int failures = 0;
}

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      std::cout << __FILE__ << ':' << __LINE__ << ": not true: " #condition "\n";                  \
      ++words::failures;                                                                           \
    }                                                                                              \
  } while (false)
