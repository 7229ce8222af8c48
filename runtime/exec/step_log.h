// StepLog: what is kept of what a step printed, on its way into the store.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/exec/secret_values.h"
#include "runtime/sandbox/output_file.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>

namespace pipec::exec {

/// Takes text in pieces and holds little of it: what is longer goes through a file of the store.
/// Beyond the limit the middle is left out, and a line of its own says how much that is.
class StepLog {
public:
  /// `kept`: bytes of the beginning, and as many of the end. Without a limit: EverythingKept.
  explicit StepLog(cas::ContentStore& store, uint64_t kept = sandbox::KeptOutput);
  ~StepLog();

  llvm::Error add(llvm::StringRef piece);
  /// Bytes that come here and that nobody has any more. See OutputWriter::leaveOut.
  llvm::Error leaveOut(uint64_t bytes);
  llvm::Expected<base::Digest> keep();

private:
  /// A file in a folder that goes with it.
  class File;

  llvm::Error spill();
  llvm::Expected<base::Digest> keepWithGap();

  cas::ContentStore& store;
  uint64_t kept;
  std::string held; ///< as long as there is no file
  std::unique_ptr<File> file;
  sandbox::OutputWriter writer;
};
inline constexpr uint64_t EverythingKept = uint64_t{1} << 62;

/// Puts `***` for the values of secrets, wherever the pieces are cut, and hands the text on. Around
/// what is left out, what may be a part of a value is left out as well.
class MaskedLog {
public:
  MaskedLog(const SecretValues& values, StepLog& into) : secrets(values), log(into) {}

  llvm::Error add(llvm::StringRef piece);
  llvm::Error leaveOut(uint64_t bytes);
  llvm::Error finish();

private:
  llvm::Error passOn(size_t size);
  llvm::Error dropCutValue(bool isEnd);

  const SecretValues& secrets;
  StepLog& log;
  std::string pending;
  bool isBehindGap = false; ///< the beginning of `pending` may be the rest of a value
};

/// Stores what the commands of a step printed to one stream, one after the other: `files` are those
/// that they printed to (sandbox::readOutput).
llvm::Expected<base::Digest> keepLog(llvm::ArrayRef<std::string> files, const SecretValues& secrets,
                                     cas::ContentStore& store);

} // namespace pipec::exec
