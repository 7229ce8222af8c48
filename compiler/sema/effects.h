// EffectSet: what evaluating an expression makes nodes of, as six bits.
#pragma once

#include <cstdint>
#include <string>

namespace pipec::sema {

enum class Effect : uint8_t {
  Source = 1 << 0,
  Build = 1 << 1,
  Test = 1 << 2, ///< hermetic
  Live = 1 << 3,
  Approve = 1 << 4,
  Deploy = 1 << 5,
};

/// Closed under union; there are no function values, so a set is all that is to be known.
class EffectSet {
public:
  constexpr EffectSet() = default;
  constexpr EffectSet(Effect effect) : bits_(static_cast<uint8_t>(effect)) {}

  constexpr bool has(Effect effect) const { return bits_ & static_cast<uint8_t>(effect); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr EffectSet without(EffectSet other) const {
    return EffectSet(static_cast<uint8_t>(bits_ & ~other.bits_));
  }
  constexpr bool operator==(const EffectSet&) const = default;
  friend constexpr EffectSet operator|(EffectSet a, EffectSet b) {
    return EffectSet(static_cast<uint8_t>(a.bits_ | b.bits_));
  }
  EffectSet& operator|=(EffectSet other) { return *this = *this | other; }

private:
  constexpr explicit EffectSet(uint8_t bits) : bits_(bits) {}

  uint8_t bits_ = 0;
};

/// `source, build`; empty for no effect.
std::string printEffects(EffectSet effects);

} // namespace pipec::sema
