// Whether what a step's commands made is the output that the action declares.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/plan/plan.h"
#include "runtime/exec/undeclared_writes.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace pipec::exec {

struct WrongOutput {
  std::string code;    ///< `R1001`, `R1011`
  std::string message; ///< one sentence
};

/// What is wrong with `output`, which is to be at `path`; nullopt: nothing. `undeclared`: what else
/// the commands made, for the message.
llvm::Expected<std::optional<WrongOutput>> checkOutput(const std::string& path,
                                                       const plan::Output& output,
                                                       llvm::ArrayRef<UndeclaredOutput> undeclared,
                                                       base::FileSystem& files);

} // namespace pipec::exec
