// Typed indices: what the project uses instead of pointers between pieces of data.
#pragma once

#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace pipec::base {

/// An index into one particular table; `Tag` keeps the tables apart. A default-made id is invalid.
template <class Tag> struct Id {
  static constexpr uint32_t Invalid = std::numeric_limits<uint32_t>::max();

  uint32_t index = Invalid;

  constexpr bool valid() const { return index != Invalid; }
  constexpr explicit operator bool() const { return valid(); }
  constexpr auto operator<=>(const Id&) const = default;
};

/// A vector that is indexed by its own kind of id.
template <class IdType, class Value> class IdVector {
public:
  IdType push(Value value) {
    items.push_back(std::move(value));
    return IdType{static_cast<uint32_t>(items.size() - 1)};
  }
  Value& operator[](IdType id) {
    assert(id.index < items.size());
    return items[id.index];
  }
  const Value& operator[](IdType id) const {
    assert(id.index < items.size());
    return items[id.index];
  }
  size_t size() const { return items.size(); }
  bool empty() const { return items.empty(); }
  IdType idAt(size_t index) const { return IdType{static_cast<uint32_t>(index)}; }
  void resize(size_t size) { items.resize(size); }
  auto begin() { return items.begin(); }
  auto end() { return items.end(); }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }

private:
  std::vector<Value> items;
};

} // namespace pipec::base

template <class Tag> struct std::hash<pipec::base::Id<Tag>> {
  size_t operator()(pipec::base::Id<Tag> id) const noexcept { return id.index; }
};
