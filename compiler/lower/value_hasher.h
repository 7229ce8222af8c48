// The hash by which equal calls are known: of a definition and its evaluated arguments.
#pragma once

#include "compiler/base/fast_hash.h"
#include "compiler/lower/value.h"

namespace pipec::lower {

/// Feeds values to a hasher, each tagged and length-prefixed, so that no two sequences of values
/// are alike. Handles count; proofs, pools and makers do not.
class ValueHasher {
public:
  /// `1.0` and `1.0.0` are equal, but are printed as they were written.
  enum class Versions : uint8_t { AsWritten, ByOrder };

  explicit ValueHasher(Versions how = Versions::AsWritten) : versions_(how) {}

  void add(llvm::StringRef text);
  void add(uint64_t number);
  void add(const Value& value);
  /// Of this process alone: the values may be anybody's, so nobody may know what hits what.
  base::FastHash hash() const { return base::HashSecret::ofProcess().hashOf(bytes_); }

private:
  void add(const ArgPiece& piece);
  void add(const ArgPieces& pieces);
  void add(const std::vector<Value>& values);

  void held(std::monostate) {}
  void held(bool flag) { add(uint64_t(flag)); }
  void held(int64_t number) { add(uint64_t(number)); }
  void held(const Duration& duration) { add(uint64_t(duration.milliseconds)); }
  void held(const Size& size) { add(uint64_t(size.bytes)); }
  void held(const Enumerator& enumerator);
  void held(const Text& text);
  void held(const Artifact& artifact);
  void held(const Deployment& deployment) { add(uint64_t(deployment.node.index)); }
  void held(const Arg& arg) { add(*arg.pieces); }
  void held(const Command& command);
  void held(const List& list) { add(*list.items); }
  void held(const Each& each);
  void held(const Map& map);
  void held(const Record& record);

  Versions versions_;
  std::string bytes_;
};

} // namespace pipec::lower
