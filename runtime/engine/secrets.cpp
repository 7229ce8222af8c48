// Looking secrets up.
#include "runtime/engine/secrets.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/json.h"
#include "runtime/exec/secrets.h"
#include "runtime/host/command.h"

#include "llvm/Support/JSON.h"

#include <cstdlib>
#include <map>
#include <mutex>

namespace pipec::engine {
namespace {

class Secrets final : public exec::SecretStore {
public:
  explicit Secrets(std::vector<workspace::SecretProvider> providers)
      : providers(std::move(providers)) {}
  llvm::Expected<std::optional<std::string>> value(llvm::StringRef name) override;

private:
  llvm::Expected<std::optional<std::string>> lookUp(llvm::StringRef name);

  std::vector<workspace::SecretProvider> providers;
  std::mutex mutex;
  std::map<std::string, std::optional<std::string>> known;
};

} // namespace

static llvm::Expected<std::optional<std::string>> fromFile(const std::string& file,
                                                           llvm::StringRef name) {
  auto text = base::makeRealFileSystem()->read(file);
  if (!text)
    return text.takeError();
  auto document = base::parseJson(*text);
  if (!document) {
    // The parser's message may quote the text.
    llvm::consumeError(document.takeError());
    return base::usageError("the secrets in `" + file + "` are not a JSON object");
  }
  const llvm::json::Object* object = document->getAsObject();
  if (!object)
    return base::usageError("the secrets in `" + file + "` are not a JSON object");
  const llvm::json::Value* value = object->get(name);
  if (!value)
    return std::nullopt;
  auto secret = value->getAsString();
  if (!secret)
    return base::usageError("the secret `" + name + "` in `" + file + "` is not a string");
  return secret->str();
}

static llvm::Expected<std::optional<std::string>> fromCommand(std::vector<std::string> words,
                                                              llvm::StringRef name) {
  for (std::string& word : words)
    for (size_t at = word.find("{name}"); at != std::string::npos;
         at = word.find("{name}", at + name.size()))
      word.replace(at, 6, name.str());
  std::string shown = "the provider `" + words.front() + "` of secret `" + name.str() + "`";
  auto result = host::runCommand(words, host::userEnvironment());
  if (!result)
    return base::worldError(shown + ": " + base::describe(result.takeError()).second);
  if (result->exitCode != 0)
    return base::worldError(shown + " failed: " + llvm::StringRef(result->errors).trim());
  if (result->output.empty())
    return std::nullopt;
  if (result->output.back() == '\n')
    result->output.pop_back();
  return std::move(result->output);
}

llvm::Expected<std::optional<std::string>> Secrets::lookUp(llvm::StringRef name) {
  if (const char* value = std::getenv(exec::secretVariable(name).c_str()))
    return std::string(value);
  for (const workspace::SecretProvider& provider : providers) {
    auto value = provider.command.empty() ? fromFile(provider.file, name)
                                          : fromCommand(provider.command, name);
    if (!value || *value)
      return value;
  }
  return std::nullopt;
}

llvm::Expected<std::optional<std::string>> Secrets::value(llvm::StringRef name) {
  std::lock_guard lock(mutex);
  auto found = known.find(name.str());
  if (found != known.end())
    return found->second;
  auto value = lookUp(name);
  if (value)
    known[name.str()] = *value;
  return value;
}

std::unique_ptr<exec::SecretStore>
makeSecretStore(std::vector<workspace::SecretProvider> providers) {
  return std::make_unique<Secrets>(std::move(providers));
}

} // namespace pipec::engine
