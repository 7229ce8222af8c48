// Reading settings strictly.
#include "runtime/workspace/settings_file.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <set>

namespace pipec::workspace {

namespace json = llvm::json;

namespace {

/// Walks the document; the first thing that is wrong ends the reading.
class Reader {
public:
  Reader(std::string folder, std::string file) : folder(std::move(folder)), file(std::move(file)) {}

  /// `workspaces` may be null: then there is no such field.
  llvm::Error read(const json::Value& document, Settings& result,
                   std::map<std::string, Settings>* workspaces);

private:
  llvm::Error secrets(const json::Value& value, Settings& result);
  llvm::Error network(const json::Value& value, Settings& result);
  llvm::Error cache(const json::Value& value, Settings& result);
  llvm::Error machine(const json::Value& value, Settings& result);
  llvm::Error history(const json::Value& value, Settings& result);
  llvm::Error sections(const json::Value& value, std::map<std::string, Settings>& result);
  struct Limit {
    llvm::StringRef name;
    llvm::StringRef example;
    std::string* target;
  };
  llvm::Error limits(llvm::StringRef name, const json::Value& value, llvm::ArrayRef<Limit> limits);
  llvm::Expected<SecretProvider> provider(const json::Value& value);
  llvm::Expected<std::vector<std::string>> texts(const json::Value& value, llvm::StringRef field);
  llvm::Error wrong(const llvm::Twine& what) {
    return base::usageError("`" + file + "`: " + section + what);
  }

  std::string folder;
  std::string file;
  std::string section; ///< that is read, for messages
};

} // namespace

llvm::Expected<std::vector<std::string>> Reader::texts(const json::Value& value,
                                                       llvm::StringRef field) {
  std::vector<std::string> result;
  const json::Array* list = value.getAsArray();
  if (!list)
    return wrong("`" + field + "` must be a list of strings");
  for (const json::Value& element : *list) {
    auto text = element.getAsString();
    if (!text)
      return wrong("`" + field + "` must be a list of strings");
    result.push_back(text->str());
  }
  return result;
}

llvm::Expected<SecretProvider> Reader::provider(const json::Value& value) {
  const json::Object* object = value.getAsObject();
  if (!object || object->size() != 1)
    return wrong("each of `secrets.providers` must be {\"file\": …} or {\"command\": […]}");
  SecretProvider provider;
  if (auto path = object->getString("file")) {
    llvm::SmallString<256> absolute(*path);
    if (!llvm::sys::path::is_absolute(*path)) {
      absolute = folder;
      llvm::sys::path::append(absolute, *path);
    }
    provider.file = absolute.str().str();
    return provider;
  }
  const json::Value* command = object->get("command");
  if (!command)
    return wrong("each of `secrets.providers` must be {\"file\": …} or {\"command\": […]}");
  auto words = texts(*command, "secrets.providers.command");
  if (!words)
    return words.takeError();
  if (words->empty())
    return wrong("`secrets.providers.command` must not be empty");
  provider.command = std::move(*words);
  return provider;
}

llvm::Error Reader::secrets(const json::Value& value, Settings& result) {
  const json::Object* object = value.getAsObject();
  const json::Array* providers = object ? object->getArray("providers") : nullptr;
  if (!providers || object->size() != 1)
    return wrong("`secrets` must be {\"providers\": […]}");
  for (const json::Value& element : *providers) {
    auto one = provider(element);
    if (!one)
      return one.takeError();
    result.secretProviders.push_back(std::move(*one));
  }
  return llvm::Error::success();
}

llvm::Error Reader::network(const json::Value& value, Settings& result) {
  const json::Object* object = value.getAsObject();
  const json::Value* variables = object ? object->get("env") : nullptr;
  if (!variables || object->size() != 1)
    return wrong("`network` must be {\"env\": […]}");
  auto words = texts(*variables, "network.env");
  if (!words)
    return words.takeError();
  result.networkEnvironment = std::move(*words);
  return llvm::Error::success();
}

llvm::Error Reader::limits(llvm::StringRef name, const json::Value& value,
                           llvm::ArrayRef<Limit> limits) {
  const json::Object* object = value.getAsObject();
  size_t known = 0;
  for (const Limit& limit : limits) {
    const json::Value* field = object ? object->get(limit.name) : nullptr;
    if (!field)
      continue;
    auto text = field->getAsString();
    if (!text || text->empty())
      return wrong("`" + name + "." + limit.name + "` must be a string, such as \"" +
                   limit.example + "\"");
    *limit.target = text->str();
    ++known;
  }
  if (!object || object->size() != known)
    return wrong("`" + name + "` must be {\"" + limits[0].name + "\": …, \"" + limits[1].name +
                 "\": …}");
  return llvm::Error::success();
}

llvm::Error Reader::machine(const json::Value& value, Settings& result) {
  const json::Object* object = value.getAsObject();
  size_t known = 0;
  if (const json::Value* field = object ? object->get("cpus") : nullptr) {
    auto number = field->getAsInteger();
    if (!number || *number < 1 || *number > 10000)
      return wrong("`machine.cpus` must be a number from 1 to 10000");
    result.cpus = static_cast<unsigned>(*number);
    ++known;
  }
  if (const json::Value* field = object ? object->get("memory") : nullptr) {
    auto text = field->getAsString();
    if (!text || text->empty())
      return wrong("`machine.memory` must be a string, such as \"24GiB\"");
    result.memory = text->str();
    ++known;
  }
  if (!object || object->size() != known)
    return wrong("`machine` must be {\"cpus\": …, \"memory\": …}");
  return llvm::Error::success();
}

llvm::Error Reader::cache(const json::Value& value, Settings& result) {
  return limits("cache", value,
                {{"size", "20GiB", &result.cacheSize}, {"age", "30d", &result.cacheAge}});
}

llvm::Error Reader::history(const json::Value& value, Settings& result) {
  return limits("history", value,
                {{"count", "100", &result.historyCount}, {"age", "90d", &result.historyAge}});
}

/// One file has one level of sections.
llvm::Error Reader::sections(const json::Value& value, std::map<std::string, Settings>& result) {
  const json::Object* object = value.getAsObject();
  if (!object)
    return wrong("`workspaces` must be {\"/path/of/a/workspace\": {…}, …}");
  for (const auto& [key, settings] : *object) {
    llvm::StringRef path = key;
    if (!llvm::sys::path::is_absolute(path))
      return wrong("`workspaces` has `" + path + "`, which is no absolute path");
    section = ("in the section of `" + path + "`: ").str();
    if (llvm::Error error = read(settings, result[path.str()], nullptr))
      return error;
  }
  section.clear();
  return llvm::Error::success();
}

llvm::Error Reader::read(const json::Value& document, Settings& result,
                         std::map<std::string, Settings>* workspaces) {
  const json::Object* object = document.getAsObject();
  if (!object)
    return wrong("it must be a JSON object");
  std::set<llvm::StringRef> names; // sorted, so that of two mistakes always the same one is told
  for (const auto& [key, value] : *object)
    names.insert(key);
  for (llvm::StringRef name : names) {
    const json::Value& value = *object->get(name);
    llvm::Error error = name == "secrets"   ? secrets(value, result)
                        : name == "network" ? network(value, result)
                        : name == "cache"   ? cache(value, result)
                        : name == "machine" ? machine(value, result)
                        : name == "history" ? history(value, result)
                        : name == "workspaces" && workspaces
                            ? sections(value, *workspaces)
                            : wrong("unknown field `" + name + "`");
    if (error)
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<SettingsFile> parseSettings(llvm::StringRef text, const std::string& file,
                                           const std::string& folder, SettingsKind kind) {
  static constexpr unsigned MostNested = 20;
  if (base::nestsDeeper(text, MostNested))
    return base::usageError("`" + file + "` is nested too deep");
  auto document = base::parseJson(text);
  if (!document)
    return base::usageError("`" + file + "` is not JSON: " + llvm::toString(document.takeError()));
  SettingsFile result;
  if (llvm::Error error = Reader(folder, file)
                              .read(*document, result.general,
                                    kind == SettingsKind::User ? &result.workspaces : nullptr))
    return error;
  return result;
}

} // namespace pipec::workspace
