// Boxed: a value that lies on the heap, so that what mostly has another one stays small.
#pragma once

#include <memory>
#include <utility>

namespace pipec::base {

/// Behaves like its value: copies copy it. Empty only after it has been moved from.
template <class Value> class Boxed {
public:
  Boxed() : value_(std::make_unique<Value>()) {}
  Boxed(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Boxed(const Boxed& other) : value_(other.value_ ? std::make_unique<Value>(*other) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }

  Value& operator*() { return *value_; }
  const Value& operator*() const { return *value_; }

private:
  std::unique_ptr<Value> value_;
};

} // namespace pipec::base
