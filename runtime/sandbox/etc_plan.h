// EtcPlan: the `/etc` of a step: the root's own with made-up accounts and names, and without
// whatever belongs to this machine or its users.
#pragma once

#include "runtime/sandbox/root_plan.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace pipec::sandbox {

/// Appends what makes `path` show the folder `source` (the host's /etc) through the made-up folder
/// `made`. Hidden are the names of accounts, keys and settings of the machine, and
/// everything that not every user may read: as root, a step's user owns those files.
llvm::Error planEtc(RootPlan& plan, llvm::StringRef source, llvm::StringRef made,
                    llvm::StringRef path);

/// The content of a file of the machine, or nothing if it cannot be read.
std::string contentOrNothing(llvm::StringRef path);

/// The content of the made-up file `name`, which is there.
llvm::StringRef madeUpFile(llvm::StringRef name);

/// `own`, which is an image's file `passwd` or `group`, with the step's user or group in front, who
/// so is the first of his number; another one of his name goes. Empty: the made-up file.
std::string withStepUser(llvm::StringRef name, llvm::StringRef own);

/// Appends what puts the host's names and name servers into the `/etc` of a step with network.
/// Their content, for /etc/resolv.conf is often a link into /run.
void planHostNames(RootPlan& plan);

} // namespace pipec::sandbox
