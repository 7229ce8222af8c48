// RootSetup: carries out a RootPlan, in the helper, inside namespaces of its own.
#pragma once

#include "runtime/sandbox/failure.h"
#include "runtime/sandbox/wire.h"

namespace pipec::sandbox {

/// Carries out the operations that encodePlan wrote. The working directory is the staging folder.
/// False: see `failure`, which names the operation.
bool performPlan(MessageReader& plan, Failure& failure);

/// Makes the folder staging::Root the root of this process and lets go of everything else.
bool enterRoot(Failure& failure);

} // namespace pipec::sandbox
