// Releases as JSON, version 2: {"version": 2, "spec": <plan/spec_json>, "inputs": [content…],
// "work": [{"path", "content"}…], "image": content|null, "subject": content|null, "paths": […],
// "secretsFrom": […], "environmentUrl": "…", "deploymentUrls": […]}; a content is
// [kind, Digest::name()], with the kinds of keys: f file, x executable, l link, d directory. In
// version 1 the name was an old one, 32 hexadecimal digits.
#include "runtime/environment/release.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/plan/spec_json.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/JSON.h"

namespace pipec::environment {

using llvm::json::OStream;

static constexpr int64_t FormatVersion = 2;

static llvm::StringRef kindText(cas::EntryKind kind) {
  switch (kind) {
  case cas::EntryKind::File:
    return "f";
  case cas::EntryKind::Executable:
    return "x";
  case cas::EntryKind::Symlink:
    return "l";
  case cas::EntryKind::Directory:
    return "d";
  }
  llvm_unreachable("an entry of no kind");
}

static void writeContent(OStream& json, const std::optional<cas::Content>& content) {
  if (!content)
    return json.value(nullptr);
  json.array([&] {
    json.value(kindText(content->kind));
    json.value(content->digest.isOldName() ? content->digest.hex() : content->digest.name());
  });
}

static void writeTexts(OStream& json, llvm::StringRef name, const std::vector<std::string>& texts) {
  json.attributeArray(name, [&] {
    for (const std::string& text : texts)
      json.value(base::jsonText(text));
  });
}

std::string encodeRelease(const Release& release) {
  const exec::BoundAction& action = release.action;
  auto write = [&](OStream& json) {
    json.object([&] {
      json.attribute("version", FormatVersion);
      json.attributeBegin("spec");
      plan::writeJson(json, action.spec);
      json.attributeEnd();
      json.attributeArray("inputs", [&] {
        for (const cas::Content& input : action.inputs)
          writeContent(json, input);
      });
      json.attributeArray("work", [&] {
        for (const exec::WorkPart& part : action.work)
          json.object([&] {
            json.attribute("path", base::jsonText(part.path));
            json.attributeBegin("content");
            writeContent(json, part.content);
            json.attributeEnd();
          });
      });
      json.attributeBegin("image");
      writeContent(json, action.image);
      json.attributeEnd();
      json.attributeBegin("subject");
      writeContent(json, action.subject);
      json.attributeEnd();
      writeTexts(json, "paths", release.paths);
      writeTexts(json, "secretsFrom", release.secretsFrom);
      json.attribute("environmentUrl", base::jsonText(release.environmentUrl));
      writeTexts(json, "deploymentUrls", release.deploymentUrls);
    });
  };
  return base::renderJson(write, /*pretty=*/false);
}

static std::optional<base::Digest> readName(llvm::StringRef text) {
  std::string bytes;
  if (text.size() == 2 * base::Digest::OldNameSize && llvm::tryGetFromHex(text, bytes))
    return base::Digest::ofOldName(bytes);
  return base::Digest::fromName(text);
}

static bool readContent(const llvm::json::Value* json, std::optional<cas::Content>& content) {
  content.reset();
  if (!json)
    return false;
  if (json->getAsNull())
    return true;
  const llvm::json::Array* pair = json->getAsArray();
  if (!pair || pair->size() != 2)
    return false;
  auto kind =
      llvm::StringSwitch<std::optional<cas::EntryKind>>((*pair)[0].getAsString().value_or(""))
          .Case("f", cas::EntryKind::File)
          .Case("x", cas::EntryKind::Executable)
          .Case("l", cas::EntryKind::Symlink)
          .Case("d", cas::EntryKind::Directory)
          .Default(std::nullopt);
  auto digest = readName((*pair)[1].getAsString().value_or(""));
  if (!kind || !digest)
    return false;
  content = {*kind, *digest};
  return true;
}

static bool readTexts(const llvm::json::Object& object, llvm::StringRef name,
                      std::vector<std::string>& texts) {
  const llvm::json::Array* list = object.getArray(name);
  if (!list)
    return false;
  for (const llvm::json::Value& element : *list) {
    auto text = element.getAsString();
    if (!text)
      return false;
    texts.push_back(text->str());
  }
  return true;
}

static bool readText(const llvm::json::Object& object, llvm::StringRef name, std::string& text) {
  auto found = object.getString(name);
  text = found.value_or("").str();
  return found.has_value();
}

static bool readContents(const llvm::json::Object& object, exec::BoundAction& action) {
  const llvm::json::Array* inputs = object.getArray("inputs");
  const llvm::json::Array* work = object.getArray("work");
  if (!inputs || !work)
    return false;
  std::optional<cas::Content> content;
  for (const llvm::json::Value& input : *inputs) {
    if (!readContent(&input, content) || !content)
      return false;
    action.inputs.push_back(*content);
  }
  for (const llvm::json::Value& element : *work) {
    const llvm::json::Object* part = element.getAsObject();
    std::string path;
    if (!part || !readText(*part, "path", path) || !readContent(part->get("content"), content) ||
        !content)
      return false;
    action.work.push_back({std::move(path), *content});
  }
  return readContent(object.get("image"), action.image) &&
         readContent(object.get("subject"), action.subject);
}

llvm::Expected<Release> decodeRelease(llvm::StringRef text) {
  auto json = base::parseJson(text);
  if (!json)
    return base::worldError("a recorded release is not JSON: " + llvm::toString(json.takeError()));
  const llvm::json::Object* object = json->getAsObject();
  if (!object || object->getInteger("version").value_or(0) < 1 ||
      object->getInteger("version") > FormatVersion || !object->get("spec"))
    return base::worldError("a recorded release has a format that this pipec does not know");
  auto spec = plan::readActionSpec(*object->get("spec"));
  if (!spec)
    return spec.takeError();
  Release release;
  release.action.spec = std::move(*spec);
  if (!readContents(*object, release.action) || !readTexts(*object, "paths", release.paths) ||
      !readTexts(*object, "secretsFrom", release.secretsFrom) ||
      !readText(*object, "environmentUrl", release.environmentUrl) ||
      !readTexts(*object, "deploymentUrls", release.deploymentUrls))
    return base::worldError("a recorded release is incomplete");
  if (release.action.inputs.size() != release.action.spec.inputs.size())
    return base::worldError("a recorded release has other contents than inputs");
  return release;
}

} // namespace pipec::environment
