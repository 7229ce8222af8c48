// CertificatesPlan: whom a step with network trusts, if it runs in an image.
#pragma once

#include "runtime/sandbox/root_plan.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace pipec::sandbox {

/// Where the certificates of the host's authorities come to in the prepared `image`: its own
/// bundles, wherever its distribution has them, or a new one. Empty if the host has none.
///
/// How the network is reached is a fact of the machine. Behind a proxy that opens connections, only
/// the machine knows the proxy's authority, and an image from elsewhere cannot.
std::vector<std::string> certificatePlaces(llvm::StringRef image);

/// Appends what adds the host's certificates to those that `image` has at `places`, which are there
/// to be mounted on.
void planCertificates(RootPlan& plan, llvm::StringRef image,
                      const std::vector<std::string>& places);

} // namespace pipec::sandbox
