// Bundles of certificates, the image's and the host's one after the other.
#include "runtime/sandbox/certificates_plan.h"

#include "runtime/sandbox/etc_plan.h"
#include "runtime/sandbox/image_root.h"

#include "llvm/ADT/STLExtras.h"

#include <sys/mount.h>
#include <unistd.h>

namespace pipec::sandbox {

/// Of Debian and Alpine, Fedora (a link there, to the next), Fedora, and SUSE: where Go looks.
static constexpr llvm::StringLiteral Bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
};

/// Where the host has its certificates; empty: nowhere.
static llvm::StringRef hostBundle() {
  const auto* found = llvm::find_if(
      Bundles, [](llvm::StringRef bundle) { return ::access(bundle.data(), R_OK) == 0; });
  return found == std::end(Bundles) ? llvm::StringRef() : llvm::StringRef(*found);
}

std::vector<std::string> certificatePlaces(llvm::StringRef image) {
  std::vector<std::string> there;
  if (hostBundle().empty())
    return there;
  bool canBeMade = false;
  for (llvm::StringRef bundle : Bundles) {
    llvm::Expected<bool> isThere = hasMountPoint(image, bundle, /*wantsFolder=*/false);
    if (!isThere)
      llvm::consumeError(isThere.takeError()); // behind a link: what that leads to is its own place
    else if (*isThere)
      there.push_back(bundle.str());
    else if (bundle == Bundles[0])
      canBeMade = true;
  }
  if (there.empty() && canBeMade)
    there.push_back(Bundles[0].str());
  return there;
}

void planCertificates(RootPlan& plan, llvm::StringRef image,
                      const std::vector<std::string>& places) {
  if (places.empty())
    return;
  std::string hosts = contentOrNothing(hostBundle());
  size_t number = 0;
  for (const std::string& place : places) {
    std::string own = contentOrNothing((image + place).str());
    if (!own.empty() && own.back() != '\n')
      own += '\n';
    std::string copy = staging::Step + ("/certificates" + std::to_string(number++));
    plan.push_back({OperationKind::WriteFile, copy, own + hosts, 0644});
    plan.push_back({OperationKind::Bind, staging::Root + place, copy,
                    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
  }
}

} // namespace pipec::sandbox
