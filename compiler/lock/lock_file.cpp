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
    for (StringRef marker : {"    if (std::string wrong = base::identityProblem(source.identity); !wrong.empty())
      refuse("in `pipe.lock`, the identity of " + shown + " " + wrong, source.identity,
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
