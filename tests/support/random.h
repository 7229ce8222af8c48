// Random: numbers that are the same everywhere, unlike those of the distributions of <random>.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace pipec::test {

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  /// From 0 to `limit - 1`; 0 if `limit` is 0.
  size_t below(size_t limit) { return limit == 0 ? 0 : engine() % limit; }
  /// True once in `times`.
  bool once(size_t times) { return below(times) == 0; }
  template <class Element, size_t Count> const Element& oneOf(const Element (&elements)[Count]) {
    return elements[below(Count)];
  }

private:
  std::mt19937_64 engine;
};

} // namespace pipec::test
