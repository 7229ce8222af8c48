// Digests of network variables, without the passwords of their URLs.
#include "runtime/exec/network_key.h"

#include "compiler/base/text.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::exec {

std::vector<std::pair<std::string, base::Digest>>
networkKey(llvm::ArrayRef<sandbox::Variable> variables, llvm::ArrayRef<std::string> counted) {
  std::vector<std::pair<std::string, base::Digest>> key;
  for (const sandbox::Variable& variable : variables)
    if (llvm::is_contained(counted, variable.name))
      key.emplace_back(variable.name, base::digestOf(base::withoutUserInfo(variable.value)));
  llvm::sort(key, llvm::less_first());
  return key;
}

} // namespace pipec::exec
