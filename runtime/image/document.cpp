// Reading JSON of others.
#include "runtime/image/document.h"

#include "compiler/base/json.h"
#include "compiler/base/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::image {

namespace json = llvm::json;
using llvm::StringRef;

static constexpr unsigned MaxNesting = 64;
static const json::Object NoObject;
static const json::Array NoList;

bool isDigest(StringRef text) {
  return text.consume_front("sha256:") && base::Sha256::fromHex(text);
}

Document::Document(std::string shown, StringRef bytes) : shown(std::move(shown)), top(&NoObject) {
  if (base::nestsDeeper(bytes, MaxNesting)) {
    refuse("is nested too deep");
    return;
  }
  auto parsed = base::parseJson(bytes);
  if (!parsed) {
    refuse("is not JSON: " + llvm::toString(parsed.takeError()));
    return;
  }
  value = std::move(*parsed);
  if (!value->getAsObject())
    refuse("is not a JSON object");
  else if (hasRepeatedKeys(bytes))
    refuse("has a key twice in one object");
  else
    top = value->getAsObject();
}

static size_t keyCount(const json::Value& value) {
  size_t count = 0;
  if (const json::Object* object = value.getAsObject())
    for (const auto& [key, member] : *object)
      count += 1 + keyCount(member);
  else if (const json::Array* array = value.getAsArray())
    for (const json::Value& element : *array)
      count += keyCount(element);
  return count;
}

/// The parser keeps the last of several equal keys; as many colons as keys were written.
bool Document::hasRepeatedKeys(StringRef bytes) const {
  size_t colons = 0;
  bool inString = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (inString && bytes[i] == '\\')
      ++i;
    else if (bytes[i] == '"')
      inString = !inString;
    else if (!inString && bytes[i] == ':')
      ++colons;
  }
  return colons != keyCount(*value);
}

/// As Go compares the names of fields: two characters outside ASCII are letters to it.
static std::string folded(StringRef key) {
  std::string text = key.lower();
  for (auto [special, plain] : {std::pair("\u017F", "s"), std::pair("\u212A", "k")})
    for (size_t at; (at = text.find(special)) != std::string::npos;)
      text.replace(at, StringRef(special).size(), plain);
  return text;
}

const json::Value* Document::find(const json::Object& object, StringRef field, bool required) {
  std::string plain = folded(field);
  for (const auto& [key, member] : object)
    if (StringRef(key) != field && folded(StringRef(key)) == plain) {
      refuse("has the key `" + base::printable(StringRef(key)) + "`, which some read as `" + field +
             "`");
      return nullptr;
    }
  const json::Value* found = object.get(field);
  if (found && found->kind() != json::Value::Null)
    return found;
  if (required)
    refuse("has no `" + field + "`");
  return nullptr;
}

void Document::wrongType(StringRef field, StringRef wanted) {
  refuse("has a `" + field + "` that is not " + wanted);
}

std::string Document::text(const json::Object& object, StringRef field) {
  std::string text = textOrEmpty(object, field);
  if (text.empty())
    refuse("has no `" + field + "`");
  return text;
}

std::string Document::textOrEmpty(const json::Object& object, StringRef field) {
  const json::Value* found = find(object, field, /*required=*/false);
  if (!found)
    return {};
  if (auto text = found->getAsString())
    return text->str();
  wrongType(field, "a string");
  return {};
}

const json::Object& Document::object(const json::Object& object, StringRef field) {
  find(object, field, /*required=*/true);
  return objectOrEmpty(object, field);
}

const json::Object& Document::objectOrEmpty(const json::Object& object, StringRef field) {
  const json::Value* found = find(object, field, /*required=*/false);
  if (!found)
    return NoObject;
  if (const json::Object* inner = found->getAsObject())
    return *inner;
  wrongType(field, "an object");
  return NoObject;
}

const json::Array& Document::list(const json::Object& object, StringRef field) {
  find(object, field, /*required=*/true);
  return listOrEmpty(object, field);
}

const json::Array& Document::listOrEmpty(const json::Object& object, StringRef field) {
  const json::Value* found = find(object, field, /*required=*/false);
  if (!found)
    return NoList;
  if (const json::Array* list = found->getAsArray())
    return *list;
  wrongType(field, "a list");
  return NoList;
}

const json::Object& Document::objectAt(const json::Array& list, size_t index, StringRef field) {
  if (const json::Object* object = list[index].getAsObject())
    return *object;
  wrongType(field, "a list of objects");
  return NoObject;
}

std::string Document::textAt(const json::Array& list, size_t index, StringRef field) {
  if (auto text = list[index].getAsString())
    return text->str();
  wrongType(field, "a list of strings");
  return {};
}

Descriptor Document::descriptor(const json::Object& object) {
  Descriptor result;
  result.mediaType = text(object, "mediaType");
  result.digest = text(object, "digest");
  if (!isDigest(result.digest)) {
    refuse("has the digest `" + base::printable(result.digest) +
           "`, which is not `sha256:` and 64 hexadecimal digits");
    result.digest.clear();
  }
  const json::Value* size = find(object, "size", /*required=*/true);
  if (!size)
    return result;
  if (auto number = size->getAsInteger(); number && *number >= 0)
    result.size = static_cast<uint64_t>(*number);
  else
    wrongType("size", "a number of bytes");
  return result;
}

void Document::refuse(const llvm::Twine& message) {
  if (!problem)
    problem = (shown + " " + message).str();
}

llvm::Error Document::error() const {
  return problem ? badImage(*problem) : llvm::Error::success();
}

} // namespace pipec::image
