// ImageRoot: the root file system of an image, from as it was unpacked to as steps see it.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace pipec::sandbox {

/// Makes the folder `root`, which nobody else changes meanwhile, what Spawn::imageRoot wants: done
/// once for each image, so that a step with it needs no more than one mount.
///
/// - The places that every step has of its own (`/i`, `/w`, `/tmp`, …) are empty folders, whatever
///   the image has there; `/sys` is not there.
/// - `/etc` is the image's. `hosts`, `hostname` and `resolv.conf` are made up; `passwd` and `group`
///   get the step's user in front of their own lines.
/// - Whoever owns the files can read them, and change folders: permissions are for users that a
///   step is not. There are no set-id bits and no `user.` attributes; pipes and sockets, through
///   which steps could talk to each other, are gone. Modification times stay.
///
/// Links are never followed. A usage error when `/etc` is no folder.
llvm::Error prepareImageRoot(llvm::StringRef root);

/// Whether something can be shown at `path` (`/srv/www`) in the prepared `root` as it is: there is
/// a folder, or a file if that is what `wantsFolder` denies. A usage error when on the way there is
/// a link, or something of the other kind.
llvm::Expected<bool> hasMountPoint(llvm::StringRef root, llvm::StringRef path, bool wantsFolder);

} // namespace pipec::sandbox
