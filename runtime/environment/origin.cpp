// Origins as JSON: {"commit": "…", "modified": true|false, "sources": [{"label", "identity"}…],
// "resolved": milliseconds}. Fields may be added; what is not known is ignored.
#include "runtime/environment/origin.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace pipec::environment {

bool isCommit(llvm::StringRef text) {
  return (text.size() == 40 || text.size() == 64) &&
         llvm::all_of(text, [](char c) { return llvm::isDigit(c) || (c >= 'a' && c <= 'f'); });
}

llvm::StringRef commitOf(const Origin& origin) {
  if (!origin.commit.empty())
    return origin.commit;
  bool isOne = origin.sources.size() == 1 && isCommit(origin.sources.front().identity);
  return isOne ? llvm::StringRef(origin.sources.front().identity) : llvm::StringRef();
}

// ---- order ---------------------------------------------------------------------

namespace {

/// What ancestry says of all the commits that two origins have both.
struct Comparison {
  std::string older; ///< a clause about the first that is
  bool newer = false;
  bool undecided = false;

  void add(const llvm::Twine& what, llvm::StringRef commit, llvm::StringRef other,
           AskAncestry ask) {
    if (commit == other)
      return;
    if (!isCommit(commit) || !isCommit(other)) {
      undecided = true;
      return;
    }
    switch (ask(commit, other)) {
    case Ancestry::Same:
      return;
    case Ancestry::Ancestor:
      if (older.empty())
        older = (what + "commit " + commit.take_front(12) + " is an ancestor of " +
                 other.take_front(12))
                    .str();
      return;
    case Ancestry::Descendant:
      newer = true;
      return;
    case Ancestry::Unrelated:
    case Ancestry::Unknown:
      undecided = true;
      return;
    }
  }
};

} // namespace

std::optional<std::string> whyOlder(const Origin& origin, const Origin& other, int64_t now,
                                    AskAncestry ask) {
  Comparison comparison;
  if (!origin.commit.empty() && !other.commit.empty())
    comparison.add("", origin.commit, other.commit, ask);
  for (const Origin::Source& source : origin.sources)
    for (const Origin::Source& same : other.sources)
      if (source.label == same.label)
        comparison.add("of `" + source.label + "`, ", source.identity, same.identity, ask);
  if (!comparison.undecided && !comparison.older.empty() && !comparison.newer)
    return comparison.older;
  if (!comparison.undecided && comparison.newer && comparison.older.empty())
    return std::nullopt;
  if (origin.resolved < other.resolved && other.resolved <= now)
    return "its sources were looked at before those of the other one";
  return std::nullopt;
}

// ---- JSON ----------------------------------------------------------------------

std::string encodeOrigin(const std::optional<Origin>& origin) {
  if (!origin)
    return "";
  auto write = [&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("commit", base::jsonText(origin->commit));
      json.attribute("modified", origin->modified);
      json.attributeArray("sources", [&] {
        for (const Origin::Source& source : origin->sources)
          json.object([&] {
            json.attribute("label", base::jsonText(source.label));
            json.attribute("identity", base::jsonText(source.identity));
          });
      });
      json.attribute("resolved", origin->resolved);
    });
  };
  return base::renderJson(write, /*pretty=*/false);
}

llvm::Expected<std::optional<Origin>> decodeOrigin(llvm::StringRef text) {
  if (text.trim().empty())
    return std::nullopt;
  auto broken = [] { return base::worldError("an origin in the deploy state is no such JSON"); };
  auto json = base::parseJson(text);
  if (!json) {
    llvm::consumeError(json.takeError());
    return broken();
  }
  const llvm::json::Object* object = json->getAsObject();
  const llvm::json::Array* sources = object ? object->getArray("sources") : nullptr;
  if (!sources || !object->getString("commit") || !object->getInteger("resolved"))
    return broken();
  Origin origin;
  origin.commit = object->getString("commit")->str();
  origin.modified = object->getBoolean("modified").value_or(false);
  origin.resolved = *object->getInteger("resolved");
  for (const llvm::json::Value& element : *sources) {
    const llvm::json::Object* source = element.getAsObject();
    if (!source || !source->getString("label") || !source->getString("identity"))
      return broken();
    origin.sources.push_back(
        {source->getString("label")->str(), source->getString("identity")->str()});
  }
  return std::optional(std::move(origin));
}

} // namespace pipec::environment
