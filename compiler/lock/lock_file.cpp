// Reading and writing the text of pipe.lock.
#include "compiler/lock/lock_file.h"

#include "compiler/base/identifier.h"
#include "compiler/base/identity.h"
#include "compiler/base/json.h"
#include "compiler/base/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace pipec::lock {

using llvm::StringRef;

static constexpr llvm::StringLiteral Schema = "pipec.lock/2";
/// Its questions were named by a hash that can be forged, so none of its answers counts.
static constexpr llvm::StringLiteral OldSchema = "pipec.lock/1";
/// What is written here nests three deep; the JSON parser recurses, so it must not see much more.
static constexpr unsigned MaxNesting = 16;

static const std::string HashPrefix = "sha256:";

/// nullopt: not `sha256:` and 64 digits.
static std::optional<base::Sha256> hashOf(StringRef text) {
  return text.consume_front(HashPrefix) ? base::Sha256::fromHex(text) : std::nullopt;
}

// ---- names, paths, look-ups ----------------------------------------------------

bool isPackageName(StringRef name) {
  return base::isIdentifier(name) && name != "std";
}

bool isPackagePath(StringRef path) {
  llvm::SmallVector<StringRef, 8> parts;
  path.split(parts, '/');
  bool isPlain = base::printable(path) == path && !path.contains('\\');
  return isPlain && parts.front() != ".git" && parts.front() != ".pipec" &&
         llvm::none_of(parts,
                       [](StringRef part) { return part.empty() || part == "." || part == ".."; });
}

const PinnedPackage* LockFile::package(StringRef name) const {
  auto found = llvm::find_if(packages, [&](const PinnedPackage& p) { return p.name == name; });
  return found == packages.end() ? nullptr : &*found;
}

const PinnedPackage* LockFile::packageOf(StringRef path) const {
  const PinnedPackage* inner = nullptr;
  for (const PinnedPackage& package : packages) {
    StringRef rest = path;
    if (rest.consume_front(package.path) && rest.starts_with("/") &&
        (!inner || inner->path.size() < package.path.size()))
      inner = &package;
  }
  return inner;
}

// ---- reading -------------------------------------------------------------------

namespace {

/// One text. Each function that finds a problem keeps the first, and what it gives is not used.
class Reader {
public:
  explicit Reader(StringRef text) : text(text) {}

  std::optional<LockProblem> read(LockFile& lock) {
    auto value = parse();
    if (!value)
      return problem;
    const llvm::json::Object* root = value->getAsObject();
    if (!root || !root->getString("schema"))
      refuse("`pipe.lock` is not a lock file of pipec: it has no field `schema`");
    else
      readRoot(*root, lock);
    return problem;
  }

private:
  StringRef text;
  std::optional<LockProblem> problem;

  static constexpr llvm::StringLiteral Restore =
      "take the file from version control again, or delete it and write a new one with `pipec pin`";

  /// The place is that of the string `value`, from its last occurrence if it is there twice.
  void refuse(const llvm::Twine& message, StringRef value = {}, StringRef help = Restore) {
    if (problem)
      return;
    problem = LockProblem{message.str(), help.str()};
    size_t at = value.empty() ? StringRef::npos : text.rfind(("\"" + value + "\"").str());
    if (at != StringRef::npos)
      *problem = {message.str(), help.str(), at, value.size() + 2};
  }

  std::optional<llvm::json::Value> parse() {
    // A merge that nobody has finished is the most likely garbage.
    for (StringRef marker : {"<<<<<<< ", "=======\n", ">>>>>>> "}) {
      size_t at = text.starts_with(marker) ? 0 : text.find(("\n" + marker).str());
      if (at == StringRef::npos)
        continue;
      at += text[at] == '\n';
      problem = {"`pipe.lock` has the marks of a merge that is not finished",
                 "keep either side, and let `pipec pin` write what is missing", at, 7};
      return std::nullopt;
    }
    if (base::nestsDeeper(text, MaxNesting)) {
      refuse("`pipe.lock` is not a lock file of pipec: its brackets are nested too deep");
      return std::nullopt;
    }
    auto value = base::parseJson(text);
    if (value)
      return std::move(*value);
    // `[2:5, byte=17]: Expected , or ] after array element`
    std::string reason = llvm::toString(value.takeError());
    auto [place, what] = StringRef(reason).split("]: ");
    size_t offset = 0;
    if (place.rsplit("byte=").second.getAsInteger(10, offset) || what.empty())
      what = reason;
    problem = {"`pipe.lock` is not JSON: " + what.str(), Restore.str(),
               std::min(offset, text.size()), 1};
    return std::nullopt;
  }

  void readRoot(const llvm::json::Object& root, LockFile& lock) {
    StringRef schema = *root.getString("schema");
    if (schema != Schema) {
      bool isOurs = schema.starts_with("pipec.lock/");
      return refuse("`pipe.lock` has the format `" + base::printable(schema) +
                        "`; this version of pipec knows `" + Schema + "`",
                    schema,
                    schema == OldSchema ? "an older pipec wrote it: delete it, and write a new one "
                                          "with `pipec pin`"
                    : isOurs            ? "use the newer pipec that wrote it"
                                        : Restore);
    }
    LockFile read;
    allow(root, {"schema", "packages", "sources"}, "the file");
    for (const llvm::json::Object* entry : entries(root, "packages"))
      read.packages.push_back(readPackage(*entry));
    for (const llvm::json::Object* entry : entries(root, "sources"))
      read.sources.push_back(readSource(*entry));
    if (!problem)
      refuseDuplicates(read);
    if (!problem)
      lock = std::move(read);
  }

  void allow(const llvm::json::Object& object, llvm::ArrayRef<StringRef> fields, StringRef what) {
    for (const auto& [name, value] : object)
      if (StringRef field = name; !llvm::is_contained(fields, field))
        refuse("in `pipe.lock`, " + what + " has a field `" + base::printable(field) +
                   "`, which this version of pipec does not know",
               field);
  }

  std::vector<const llvm::json::Object*> entries(const llvm::json::Object& root, StringRef field) {
    std::vector<const llvm::json::Object*> found;
    const llvm::json::Value* value = root.get(field);
    if (!value)
      return found;
    if (!value->getAsArray()) {
      refuse("in `pipe.lock`, `" + field + "` is not a list", field);
      return found;
    }
    for (const llvm::json::Value& entry : *value->getAsArray()) {
      if (const llvm::json::Object* object = entry.getAsObject())
        found.push_back(object);
      else
        refuse("in `pipe.lock`, an element of `" + field + "` is not an object", field);
    }
    return found;
  }

  std::string string(const llvm::json::Object& object, StringRef field, StringRef of) {
    if (auto value = object.getString(field); value && !value->empty())
      return value->str();
    refuse("in `pipe.lock`, " + of + " has no text `" + field + "`", field);
    return {};
  }

  std::vector<std::string> strings(const llvm::json::Object& object, StringRef field) {
    std::vector<std::string> found;
    const llvm::json::Array* array = object.getArray(field);
    if (!array) {
      refuse("in `pipe.lock`, a source has no list `" + field + "`", field);
      return found;
    }
    for (const llvm::json::Value& value : *array) {
      if (auto text = value.getAsString())
        found.push_back(text->str());
      else
        refuse("in `pipe.lock`, an element of `" + field + "` is not a text", field);
    }
    return found;
  }

  PinnedPackage readPackage(const llvm::json::Object& object) {
    allow(object, {"name", "path", "digest"}, "a package");
    PinnedPackage package;
    package.name = string(object, "name", "a package");
    std::string shown = "package `" + base::printable(package.name) + "`";
    package.path = string(object, "path", shown);
    package.digest = string(object, "digest", shown);
    if (package.name == "std")
      refuse("a package cannot be called `std`: that is the standard library", package.name,
             "give it another name");
    else if (!isPackageName(package.name))
      refuse("a package cannot be called `" + base::printable(package.name) +
                 "`: its name is written in `use NAME.MODULE`",
             package.name, "give it a name of letters, digits and `_` that is no keyword");
    if (!isPackagePath(package.path))
      refuse("the folder of " + shown + " is not a path below the workspace: `" +
                 base::printable(package.path) + "`",
             package.path, "copy the package into the workspace, and pin it there");
    if (!hashOf(package.digest))
      refuse("the digest of " + shown + " is not `sha256:` and 64 hexadecimal digits",
             package.digest, "`pipec pin --package NAME` writes it");
    return package;
  }

  PinnedSource readSource(const llvm::json::Object& object) {
    allow(object, {"of", "asks", "question", "identity"}, "a source");
    PinnedSource source;
    source.of = strings(object, "of");
    source.asks = strings(object, "asks");
    if (source.of.empty())
      refuse("in `pipe.lock`, a source has nothing in `of`", "of");
    std::string shown = source.of.empty() ? "a source" : "`" + source.of.front() + "`";
    std::string question = string(object, "question", shown);
    source.identity = string(object, "identity", shown);
    if (std::string wrong = base::identityProblem(source.identity); !wrong.empty())
      // Without its place: what stands there is not to be shown.
      refuse("in `pipe.lock`, the identity of " + shown + " " + wrong, {},
             "take the file from version control again, or delete the entry and let `pipec pin` "
             "ask anew");
    if (auto hash = hashOf(question))
      source.question = *hash;
    else
      refuse("in `pipe.lock`, the question of " + shown +
                 " is not `sha256:` and 64 hexadecimal digits",
             question);
    return source;
  }

  void refuseDuplicates(const LockFile& lock) {
    llvm::StringSet<> names, paths, questions, labels;
    for (const PinnedPackage& package : lock.packages) {
      if (!names.insert(package.name).second)
        refuse("package `" + package.name + "` is twice in `pipe.lock`", package.name,
               "delete one of them");
      if (!paths.insert(package.path).second)
        refuse("two packages have the folder `" + package.path + "`", package.path,
               "delete one of them");
    }
    for (const PinnedSource& source : lock.sources) {
      std::string question = HashPrefix + source.question.hex();
      if (!questions.insert(question).second)
        refuse("`pipe.lock` has two answers to one question, of `" + source.of.front() + "`",
               question, "delete one of them");
      for (const std::string& label : source.of)
        if (!labels.insert(label).second)
          refuse("`" + base::printable(label) + "` is twice in `pipe.lock`", label,
                 "delete one of them");
    }
  }
};

} // namespace

std::optional<LockProblem> parseLock(StringRef text, LockFile& lock) {
  return Reader(text).read(lock);
}

// ---- writing -------------------------------------------------------------------

static void writeStrings(llvm::json::OStream& json, StringRef name,
                         const std::vector<std::string>& values) {
  json.attributeArray(name, [&] {
    for (const std::string& value : values)
      json.value(base::jsonText(value));
  });
}

std::string renderLock(LockFile lock) {
  llvm::sort(lock.packages, [](const auto& a, const auto& b) { return a.name < b.name; });
  for (PinnedSource& source : lock.sources)
    llvm::sort(source.of);
  llvm::sort(lock.sources, [](const auto& a, const auto& b) {
    return std::tie(a.of.front(), a.question) < std::tie(b.of.front(), b.question);
  });
  return base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", Schema);
      json.attributeArray("packages", [&] {
        for (const PinnedPackage& package : lock.packages)
          json.object([&] {
            json.attribute("name", package.name);
            json.attribute("path", package.path);
            json.attribute("digest", package.digest);
          });
      });
      json.attributeArray("sources", [&] {
        for (const PinnedSource& source : lock.sources)
          json.object([&] {
            writeStrings(json, "of", source.of);
            writeStrings(json, "asks", source.asks);
            json.attribute("question", HashPrefix + source.question.hex());
            json.attribute("identity", base::jsonText(source.identity));
          });
      });
    });
  });
}

} // namespace pipec::lock
