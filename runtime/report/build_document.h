// The JSON documents of `build` and `plan`: schemas pipec.build/1 and pipec.plan/1.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"
#include "runtime/report/tally.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace pipec::report {

/// One pipeline's part of an invocation.
struct PipelineOutcome {
  const plan::Plan* plan = nullptr;
  const exec::BuildResult* result = nullptr;
  std::string execution; ///< id; empty in a dry run
};

enum class DocumentKind : uint8_t { Build, Plan };

/// The whole document, as docs/output.md describes it: fields are only ever added. Nodes without
/// execution are left out unless they failed, or are a list that a dry run could not expand.
/// `broken`: the machine failed, so the whole did. `wants`: of a dry run alone.
void writeDocument(llvm::json::OStream& json, DocumentKind kind,
                   llvm::ArrayRef<PipelineOutcome> pipelines, const Tally& counts,
                   llvm::ArrayRef<exec::Want> wants = {}, bool broken = false);

/// In a dry run: a list of run-time length that could not be expanded, and has a name.
bool isUnknownList(const plan::Plan& plan, const plan::Node& node, const exec::NodeResult& result);

/// The `counts` object of the documents.
void writeCounts(llvm::json::OStream& json, const Tally& counts);

/// The fields of one node, into an open object.
void writeNode(llvm::json::OStream& json, DocumentKind kind, const plan::Node& node,
               const exec::NodeResult& result);

} // namespace pipec::report
