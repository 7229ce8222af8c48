// Matching of path globs: braces are expanded first, the rest is matched component by component.
#include "compiler/base/path_glob.h"

#include "compiler/base/error.h"

#include "llvm/ADT/SmallVector.h"

namespace pipec::base {

using Components = llvm::ArrayRef<std::string>;

static llvm::SmallVector<llvm::StringRef> split(llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  return parts;
}

/// Matches one `[…]` at the front of `pattern`; sets `rest` behind it.
static bool matchesBracket(llvm::StringRef pattern, unsigned char c, llvm::StringRef& rest) {
  size_t end = pattern.find(']', 2);
  llvm::StringRef set = pattern.slice(1, end);
  rest = pattern.drop_front(end + 1);
  bool negated = set.consume_front("!");
  bool found = false;
  for (size_t i = 0; i < set.size(); ++i) {
    unsigned char low = set[i];
    unsigned char high = low;
    if (i + 2 < set.size() && set[i + 1] == '-') {
      high = set[i + 2];
      i += 2;
    }
    found |= low <= c && c <= high;
  }
  return found != negated;
}

/// Iterative matching with one point to go back to, so that no pattern is exponential.
static bool matchesComponent(llvm::StringRef pattern, llvm::StringRef name) {
  llvm::StringRef starPattern, starName;
  bool star = false;
  for (;;) {
    llvm::StringRef rest;
    if (pattern.starts_with("*")) {
      star = true;
      pattern = pattern.drop_front();
      starPattern = pattern;
      starName = name;
    } else if (!name.empty() && pattern.starts_with("[") &&
               matchesBracket(pattern, name.front(), rest)) {
      pattern = rest;
      name = name.drop_front();
    } else if (!name.empty() && !pattern.empty() && pattern.front() != '[' &&
               (pattern.front() == '?' || pattern.front() == name.front())) {
      pattern = pattern.drop_front();
      name = name.drop_front();
    } else if (name.empty() && pattern.empty()) {
      return true;
    } else if (star && !starName.empty()) {
      starName = starName.drop_front();
      name = starName;
      pattern = starPattern;
    } else {
      return false;
    }
  }
}

/// The same over components, with `**` for `*`. `prefix`: it is enough that `path` can be extended.
static bool matchesPath(Components pattern, llvm::ArrayRef<llvm::StringRef> path, bool prefix) {
  Components starPattern;
  llvm::ArrayRef<llvm::StringRef> starPath;
  bool star = false;
  for (;;) {
    if (!pattern.empty() && pattern.front() == "**") {
      if (prefix)
        return true;
      star = true;
      pattern = pattern.drop_front();
      starPattern = pattern;
      starPath = path;
    } else if (path.empty()) {
      return prefix ? !pattern.empty() : pattern.empty();
    } else if (!pattern.empty() && matchesComponent(pattern.front(), path.front())) {
      pattern = pattern.drop_front();
      path = path.drop_front();
      if (path.empty() && pattern.empty())
        return !prefix;
    } else if (star) {
      starPath = starPath.drop_front();
      path = starPath;
      pattern = starPattern;
    } else {
      return false;
    }
  }
}

static constexpr size_t MaxAlternatives = 1024;

/// Expands the first brace group of `pattern`; nested groups are expanded by the recursion.
static llvm::Error expandBraces(llvm::StringRef pattern, std::vector<std::string>& out) {
  size_t open = pattern.find('{');
  if (open == llvm::StringRef::npos) {
    if (out.size() == MaxAlternatives)
      return usageError("the pattern has too many alternatives");
    out.push_back(pattern.str());
    return llvm::Error::success();
  }
  size_t depth = 0, start = open + 1;
  llvm::SmallVector<llvm::StringRef> choices;
  for (size_t i = open; i < pattern.size(); ++i) {
    char c = pattern[i];
    depth += c == '{';
    depth -= c == '}';
    if (depth == 0 || (depth == 1 && c == ',')) {
      choices.push_back(pattern.slice(start, i));
      start = i + 1;
    }
    if (depth != 0)
      continue;
    for (llvm::StringRef choice : choices)
      if (llvm::Error error = expandBraces(
              (pattern.take_front(open) + choice + pattern.drop_front(i + 1)).str(), out))
        return error;
    return llvm::Error::success();
  }
  return usageError("`{` is never closed");
}

static llvm::Error validate(Components components) {
  for (llvm::StringRef part : components) {
    if (part == "." || part == "..")
      return usageError("`" + part + "` cannot be part of a pattern");
    if (part != "**" && part.contains("**"))
      return usageError("`**` must be a whole component, as in `src/**/*.c`");
    for (size_t at = part.find('['); at != llvm::StringRef::npos; at = part.find('[', at)) {
      at = part.find(']', at + 2);
      if (at == llvm::StringRef::npos)
        return usageError("`[` is never closed");
    }
  }
  return llvm::Error::success();
}

llvm::Expected<PathGlob> PathGlob::compile(llvm::StringRef pattern) {
  if (pattern.empty())
    return usageError("the pattern is empty");
  if (pattern.starts_with("/"))
    return usageError("a pattern is relative, `" + pattern + "` is absolute");
  std::vector<std::string> expanded;
  if (llvm::Error error = expandBraces(pattern, expanded))
    return error;
  PathGlob glob;
  glob.pattern = pattern.str();
  for (const std::string& alternative : expanded) {
    std::vector<std::string> components;
    for (llvm::StringRef part : split(alternative))
      components.push_back(part.str());
    if (llvm::Error error = validate(components))
      return error;
    glob.alternatives.push_back(std::move(components));
  }
  return glob;
}

bool PathGlob::matches(llvm::StringRef path) const {
  auto parts = split(path);
  for (const auto& components : alternatives)
    if (matchesPath(components, parts, /*prefix=*/false))
      return true;
  return false;
}

bool PathGlob::mayMatchBelow(llvm::StringRef directory) const {
  auto parts = split(directory);
  for (const auto& components : alternatives)
    if (matchesPath(components, parts, /*prefix=*/true))
      return true;
  return false;
}

} // namespace pipec::base
