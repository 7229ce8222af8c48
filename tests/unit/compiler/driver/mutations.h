// Mutations: programs with one small mistake each, as hands make them, from programs without any.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pipec::driver {

enum class MutationKind : uint8_t {
  DeleteToken,
  InsertToken,
  ReplaceToken,
  SwapTokens,
  RepeatToken,
  MisspellName,
  DropSign, ///< a bracket, a quote or a comma
};
constexpr size_t MutationKinds = 7;

llvm::StringRef nameOf(MutationKind kind);

struct Mutation {
  size_t program = 0; ///< index of the program it was made from
  MutationKind kind = MutationKind::DeleteToken;
  std::string text;        ///< of the program with the mistake
  std::string description; ///< `line 12: delete token: `,``
};

/// `count` different mutations of `programs`, the kinds in turn. The same seed gives the same ones,
/// on every machine. Comments stay as they are.
std::vector<Mutation> mutate(llvm::ArrayRef<std::string> programs, size_t count, uint64_t seed);

} // namespace pipec::driver
