// Bundles of certificates, the image's and the host's one after the other.
#include "runtime/sandbox/certificates_plan.h"

#include "compiler/base/file_system.h"
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

static std::string textOf(const std::string& path) {
  llvm::Expected<std::string> text = base::makeRealFileSystem()->read(path);
  if (text)
    return std::move(*text);
  llvm::consumeError(text.takeError());
  return {};
}

static std::string hostCertificates() {
  for (llvm::StringRef bundle : Bundles)
    if (::access(bundle.data(), R_OK) == 0)
      return textOf(bundle.str());
  return {};
}

std::vector<std::string> certificatePlaces(llvm::StringRef image) {
  std::vector<std::string> there;
  if (llvm::none_of(Bundles,
                    [](llvm::StringRef bundle) { return ::access(bundle.data(), R_OK) == 0; }))
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
  for (const std::string& place : places) {
    std::string own = textOf(image.str() + place);
    if (!own.empty() && own.back() != '\n')
      own += '\n';
    std::string copy = std::string(staging::Step) + "/certificates" +
                       std::to_string(static_cast<size_t>(&place - places.data()));
    plan.push_back({OperationKind::WriteFile, copy, own + hostCertificates(), 0644});
    plan.push_back({OperationKind::Bind, staging::Root + place, copy,
                    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
  }
}

} // namespace pipec::sandbox
