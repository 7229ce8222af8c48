// Approvals: what a person's verdict is about.
#pragma once

#include "compiler/base/digest.h"
#include "compiler/plan/action_key.h"
#include "compiler/plan/plan.h"

#include <string>
#include <vector>

namespace pipec::environment {

/// The environments whose deploys use the proof of `gate`, sorted: one verdict holds for these.
std::vector<std::string> environmentsOf(const plan::Plan& plan, plan::NodeId gate);

/// H(gate, subject, environments): an approval of one thing never lets another one through.
base::Digest approvalKey(const plan::ActionSpec& spec, const plan::KeyContext& context,
                         const std::vector<std::string>& environments);

/// Whether `user` is one of `by`: a name, or a member of one of its `group:NAME`, today and on this
/// machine. An empty list is everybody.
bool mayDecide(llvm::ArrayRef<std::string> by, llvm::StringRef user);

} // namespace pipec::environment
