// Looking up the secrets that an action uses.
#include "runtime/exec/secrets.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::exec {

std::string secretVariable(llvm::StringRef name) {
  std::string variable = "PIPEC_SECRET_";
  for (char c : name)
    variable += llvm::isAlnum(c) ? llvm::toUpper(c) : '_';
  return variable;
}

llvm::Expected<std::optional<StepFailure>>
provideSecrets(const plan::Node& node, SecretStore& store, StepOptions& options) {
  const plan::ActionSpec& spec = node.action();
  for (bool isFile : {false, true})
    for (const plan::SecretUse& use : isFile ? spec.secretFiles : spec.secrets) {
      auto value = store.value(use.secret);
      if (!value)
        return value.takeError();
      if (!*value)
        return StepFailure{"R1015",
                           "there is no secret `" + use.secret + "`: set the variable " +
                               secretVariable(use.secret) +
                               ", or name a provider in ~/.config/pipec/config.json",
                           node.location, false};
      if (isFile)
        options.secretFiles.push_back({use.name, std::move(**value)});
      else
        options.secrets.push_back({use.name, std::move(**value)});
    }
  return std::nullopt;
}

} // namespace pipec::exec
