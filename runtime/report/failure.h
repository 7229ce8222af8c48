// What a person is told about a failed step, and what a step printed.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"
#include "runtime/report/text.h"
#include "runtime/test_report/test_case.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace pipec::report {

/// Standard output, then standard error, byte for byte and in pieces; a newline is added to a part
/// that does not end in one. Nothing if nothing was printed or nothing was kept.
llvm::Error forEachPiece(cas::ContentStore& store, const exec::NodeResult& result,
                         llvm::function_ref<void(llvm::StringRef)> use);

/// The end of what a step printed.
class OutputTail {
public:
  void add(llvm::StringRef piece);
  /// The last lines, as far as they are shown.
  llvm::StringRef text() const;
  /// Whether something came before them.
  bool isCut() const { return text().size() < size; }

private:
  std::string end;
  uint64_t size = 0; ///< of all that was printed
};

/// The block for the end of a build: code and message, the place in the `.pipe` file, the step, the
/// command, the cases of a test that failed, the tail of its output, and what to do. Ends in a
/// newline. `cases`: of the test's report; may be null.
std::string failureBlock(const plan::Node& node, const exec::NodeResult& result,
                         const OutputTail& output, const std::vector<test_report::TestCase>* cases,
                         const Style& style);

/// The same of a step that was executed twice and made two things.
std::string irreproducibleBlock(const plan::Node& node, const exec::NodeResult& result,
                                const Style& style);

} // namespace pipec::report
