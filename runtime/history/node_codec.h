// Node records as bytes.
#pragma once

#include "runtime/history/history.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::history {

/// Appends; records follow one another without anything between them. The same record gives the
/// same bytes.
void encodeNode(const plan::Node& node, llvm::StringRef stage, const exec::NodeResult& result,
                const std::optional<base::Digest>& previousKey, std::string& bytes);

/// Calls `use` for every record. Fails on anything encodeNode did not write.
llvm::Error decodeNodes(llvm::StringRef bytes, llvm::function_ref<void(NodeRecord)> use);

// The pieces: numbers of 7 bits to a byte, the lowest first, the high bit set on all but the last;
// text after its length; digests as Digest::bytes(), never of an old name.
void putNumber(std::string& bytes, uint64_t number);
void putText(std::string& bytes, llvm::StringRef text);
void putDigest(std::string& bytes, const base::Digest& digest);

/// What a list of digests begins with. Without it, it is one of old names, which fill an even
/// number of bytes.
inline constexpr char DigestsFollow = 1;

/// Takes pieces from the front. After the first that is not there, `failed` is set and all that
/// follows is zero or empty.
class PieceReader {
public:
  explicit PieceReader(llvm::StringRef bytes) : rest_(bytes) {}

  uint64_t number();
  llvm::StringRef text();
  base::Digest digest();
  /// Of what a pipec before version 4 of the history has written.
  base::Digest oldName();
  bool atEnd() const { return rest_.empty(); }

  bool failed = false;

private:
  llvm::StringRef take(size_t size);

  llvm::StringRef rest_;
};

} // namespace pipec::history
