// What plans want of their user, for people and programs.
#pragma once

#include "runtime/exec/wishes.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::report {

/// A line each: `wants          to read /home/ada/.ssh: site.fetch (site.pipe:3), not granted`.
void writeWants(llvm::raw_ostream& out, llvm::ArrayRef<exec::Want> wants);

/// The array `wants` of an open object: `kind`, `name`, `granted`, and `by` with `label`, `file`
/// and `line`.
void writeWants(llvm::json::OStream& json, llvm::ArrayRef<exec::Want> wants);

} // namespace pipec::report
