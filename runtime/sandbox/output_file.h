// OutputFile: a file of bounded size with the beginning and the end of what a command prints.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace pipec::sandbox {

/// Bytes that are kept of the beginning of a stream, and as many of its end.
inline constexpr uint64_t KeptOutput = 16 << 20;

/// Writes such a file. Makes system calls and nothing else: the helper has no heap.
class OutputWriter {
public:
  OutputWriter() = default;
  /// `file`: open for writing, empty, and not closed here. `kept`: as KeptOutput.
  explicit OutputWriter(int file, uint64_t kept = KeptOutput) : file(file), kept(kept) {}

  /// Zero or an errno.
  int write(const char* bytes, size_t size);
  /// Bytes that come here and that nobody has any more: the beginning ends, and what was kept as
  /// the end is none.
  void leaveOut(uint64_t bytes);
  /// After the last byte. Zero or an errno.
  int finish();

  bool isWhole() const { return missing == 0 && behind <= kept; }

private:
  int file = -1;
  uint64_t kept = KeptOutput;
  uint64_t beginning = 0; ///< bytes of it
  uint64_t behind = 0;    ///< bytes that came after it; the last `kept` of them are there
  uint64_t missing = 0;
  bool isBehind = false; ///< the beginning has ended
};

/// Hands what the finished file at `path` holds to `use`, in order and in pieces; between beginning
/// and end `leftOut` is told how many bytes are missing there.
llvm::Error readOutput(const std::string& path, llvm::function_ref<void(llvm::StringRef)> use,
                       llvm::function_ref<void(uint64_t bytes)> leftOut,
                       uint64_t kept = KeptOutput);

} // namespace pipec::sandbox
