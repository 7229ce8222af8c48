// What a person is told about a failed step, and what a step printed.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"
#include "runtime/report/text.h"
#include "runtime/test_report/test_case.h"

#include "llvm/Support/Error.h"

#include <string>

namespace pipec::report {

/// Standard output, then standard error, each byte for byte; a newline is added to a part that does
/// not end in one. Empty if nothing was printed or nothing was kept.
llvm::Expected<std::string> outputOf(cas::ContentStore& store, const exec::NodeResult& result);

/// The block for the end of a build: code and message, the place in the `.pipe` file, the step, the
/// command, the cases of a test that failed, the tail of `output`, and what to do. Ends in a
/// newline. `cases`: of the test's report; may be null.
std::string failureBlock(const plan::Node& node, const exec::NodeResult& result,
                         llvm::StringRef output, const std::vector<test_report::TestCase>* cases,
                         const Style& style);

/// The same of a step that was executed twice and made two things.
std::string irreproducibleBlock(const plan::Node& node, const exec::NodeResult& result,
                                const Style& style);

} // namespace pipec::report
