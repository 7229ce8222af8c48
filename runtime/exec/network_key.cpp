// Digests of network variables, without the passwords of their URLs.
#include "runtime/exec/network_key.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::exec {

std::string withoutUserInfo(llvm::StringRef text) {
  std::string result;
  for (;;) {
    auto [before, after] = text.split("://");
    result += before;
    if (before.size() == text.size())
      return result;
    result += "://";
    // The authority ends there; `@` may stand in a password.
    size_t at = after.take_front(after.find_first_of("/?# \t\n,")).rfind('@');
    text = at == llvm::StringRef::npos ? after : after.drop_front(at + 1);
  }
}

std::vector<std::pair<std::string, base::Digest>>
networkKey(llvm::ArrayRef<sandbox::Variable> variables, llvm::ArrayRef<std::string> counted) {
  std::vector<std::pair<std::string, base::Digest>> key;
  for (const sandbox::Variable& variable : variables)
    if (llvm::is_contained(counted, variable.name))
      key.emplace_back(variable.name, base::digestOf(withoutUserInfo(variable.value)));
  llvm::sort(key, llvm::less_first());
  return key;
}

} // namespace pipec::exec
