// GrowingVector: an IdVector that one thread may make longer while others read it.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

namespace pipec::base {

/// Like IdVector, but an element never moves: a reference stays valid, and push() disturbs nobody
/// who reads what was there before. Whoever reads `size()` may read everything below it. Elements
/// lie in blocks, each as long as all before it together. Only one thread at a time may push,
/// resize or change elements; an element that is changed must not be read at that moment.
template <class IdType, class Value> class GrowingVector {
public:
  GrowingVector() = default;
  GrowingVector(const GrowingVector& other) {
    for (const Value& value : other)
      push(value);
  }
  GrowingVector(GrowingVector&& other) noexcept { swap(other); }
  GrowingVector& operator=(GrowingVector other) noexcept {
    swap(other);
    return *this;
  }
  ~GrowingVector() {
    truncate(0);
    for (size_t block = 0; block < blocks_.size() && blocks_[block]; ++block)
      std::allocator<Value>().deallocate(blocks_[block], capacity(block));
  }

  IdType push(Value value) { return add(std::move(value)); }
  /// Only ever longer.
  void resize(size_t size) {
    assert(size >= this->size());
    while (this->size() < size)
      add();
  }

  /// Takes the last elements away again. Nobody may be reading.
  void truncate(size_t size) {
    while (this->size() > size) {
      size_t last = this->size() - 1;
      size_.store(last, std::memory_order_release);
      std::destroy_at(&at(last));
    }
  }

  Value& operator[](IdType id) {
    assert(id.index < size());
    return at(id.index);
  }
  const Value& operator[](IdType id) const {
    assert(id.index < size());
    return at(id.index);
  }
  size_t size() const { return size_.load(std::memory_order_acquire); }
  bool empty() const { return size() == 0; }
  IdType idAt(size_t index) const { return IdType{static_cast<uint32_t>(index)}; }

  template <class Vector, class Element> class Iterator {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = Element*;
    using reference = Element&;

    Iterator() = default;
    Iterator(Vector* vector, size_t index) : vector_(vector), index_(index) {}
    Element& operator*() const { return vector_->at(index_); }
    Element* operator->() const { return &vector_->at(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) { return std::exchange(*this, Iterator(vector_, index_ + 1)); }
    bool operator==(const Iterator& other) const = default;

  private:
    Vector* vector_ = nullptr;
    size_t index_ = 0;
  };
  auto begin() { return Iterator<GrowingVector, Value>(this, 0); }
  auto end() { return Iterator<GrowingVector, Value>(this, size()); }
  auto begin() const { return Iterator<const GrowingVector, const Value>(this, 0); }
  auto end() const { return Iterator<const GrowingVector, const Value>(this, size()); }

private:
  static constexpr unsigned FirstBits = 4;

  static size_t capacity(size_t block) {
    return size_t{1} << (block == 0 ? FirstBits : FirstBits + block - 1);
  }
  /// The block of an index, and its place there.
  static std::pair<size_t, size_t> place(size_t index) {
    unsigned bits = std::bit_width(index);
    if (bits <= FirstBits)
      return {0, index};
    return {bits - FirstBits, index - (size_t{1} << (bits - 1))};
  }
  Value& at(size_t index) {
    auto [block, offset] = place(index);
    return blocks_[block][offset];
  }
  const Value& at(size_t index) const {
    auto [block, offset] = place(index);
    return blocks_[block][offset];
  }

  template <class... Arguments> IdType add(Arguments&&... arguments) {
    size_t index = size_.load(std::memory_order_relaxed);
    auto [block, offset] = place(index);
    if (!blocks_[block])
      blocks_[block] = std::allocator<Value>().allocate(capacity(block));
    std::construct_at(blocks_[block] + offset, std::forward<Arguments>(arguments)...);
    size_.store(index + 1, std::memory_order_release);
    return idAt(index);
  }
  void swap(GrowingVector& other) noexcept {
    std::swap(blocks_, other.blocks_);
    size_.store(other.size_.exchange(size_.load()));
  }

  /// As many as 32-bit ids can need.
  std::array<Value*, 33 - FirstBits> blocks_{};
  std::atomic<size_t> size_ = 0;
};

} // namespace pipec::base
