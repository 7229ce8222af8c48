// Matching of path globs: braces are expanded first, the rest is matched component by component.
#include "compiler/base/path_glob.h"

#include "compiler/base/error.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ConvertUTF.h"

namespace pipec::base {

using Components = llvm::ArrayRef<std::string>;

static llvm::SmallVector<llvm::StringRef> split(llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  return parts;
}

/// Takes one character from the front: a UTF-8 sequence, or a byte that is none (told apart from
/// every character by being negative).
static int32_t takeCharacter(llvm::StringRef& text) {
  auto* at = reinterpret_cast<const llvm::UTF8*>(text.begin());
  llvm::UTF32 character = 0;
  llvm::UTF32* out = &character;
  size_t size = llvm::getNumBytesForUTF8(*at);
  if (size <= text.size() &&
      llvm::ConvertUTF8toUTF32(&at, at + size, &out, out + 1, llvm::strictConversion) ==
          llvm::conversionOK) {
    text = text.drop_front(size);
    return static_cast<int32_t>(character);
  }
  unsigned char byte = text.front();
  text = text.drop_front();
  return -static_cast<int32_t>(byte);
}

/// Where the `[…]` that begins at `open` ends; npos: nowhere. A `]` that comes first is meant
/// itself.
static size_t bracketEnd(llvm::StringRef pattern, size_t open) {
  size_t first = open + 1;
  first += pattern.substr(first).starts_with("!");
  return pattern.find(']', first + 1);
}

/// Matches one `[…]` at the front of `pattern` against one character; sets `rest` behind it.
static bool matchesBracket(llvm::StringRef pattern, int32_t c, llvm::StringRef& rest) {
  size_t end = bracketEnd(pattern, 0);
  llvm::StringRef set = pattern.slice(1, end);
  rest = pattern.drop_front(end + 1);
  bool negated = set.consume_front("!");
  bool found = false;
  while (!set.empty()) {
    int32_t low = takeCharacter(set);
    int32_t high = low;
    if (set.size() > 1 && set.front() == '-') {
      set = set.drop_front();
      high = takeCharacter(set);
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
    if (pattern.consume_front("*")) {
      star = true;
      starPattern = pattern;
      starName = name;
      continue;
    }
    if (name.empty() && pattern.empty())
      return true;
    if (!name.empty() && !pattern.empty()) {
      llvm::StringRef nameRest = name, rest = pattern;
      int32_t c = takeCharacter(nameRest);
      bool same = pattern.front() == '[' ? matchesBracket(pattern, c, rest)
                                         : takeCharacter(rest) == c || pattern.front() == '?';
      if (same) {
        pattern = rest;
        name = nameRest;
        continue;
      }
    }
    if (!star || starName.empty())
      return false;
    takeCharacter(starName);
    name = starName;
    pattern = starPattern;
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

/// More than any pattern that a person wrote; what is beyond would cost time and stack.
static constexpr size_t MaxAlternatives = 1024;
static constexpr size_t MaxLength = 4096;

/// The first of `characters` from `from` on that stands in no `[…]`.
static size_t findOutsideBrackets(llvm::StringRef pattern, llvm::StringRef characters,
                                  size_t from) {
  for (size_t i = from; i < pattern.size(); ++i) {
    if (characters.contains(pattern[i]))
      return i;
    if (pattern[i] != '[')
      continue;
    size_t end = bracketEnd(pattern, i);
    if (end == llvm::StringRef::npos)
      continue; // an error of its own, when the parts are validated
    i = end;
  }
  return llvm::StringRef::npos;
}

/// Expands the first brace group of `pattern`; nested groups are expanded by the recursion.
static llvm::Error expandBraces(llvm::StringRef pattern, std::vector<std::string>& out) {
  size_t open = findOutsideBrackets(pattern, "{", 0);
  if (open == llvm::StringRef::npos) {
    if (out.size() == MaxAlternatives)
      return usageError("the pattern has too many alternatives");
    out.push_back(pattern.str());
    return llvm::Error::success();
  }
  size_t depth = 1, start = open + 1;
  llvm::SmallVector<llvm::StringRef> choices;
  for (size_t i = open; depth != 0;) {
    i = findOutsideBrackets(pattern, "{,}", i + 1);
    if (i == llvm::StringRef::npos)
      return usageError("`{` is never closed");
    depth += pattern[i] == '{';
    depth -= pattern[i] == '}';
    if (depth == 0 || (depth == 1 && pattern[i] == ',')) {
      choices.push_back(pattern.slice(start, i));
      start = i + 1;
    }
  }
  for (llvm::StringRef choice : choices)
    if (llvm::Error error = expandBraces(
            (pattern.take_front(open) + choice + pattern.drop_front(start)).str(), out))
      return error;
  return llvm::Error::success();
}

static llvm::Error validate(Components components) {
  for (llvm::StringRef part : components) {
    if (part == "." || part == "..")
      return usageError("`" + part + "` cannot be part of a pattern");
    if (part != "**" && part.contains("**"))
      return usageError("`**` must be a whole component, as in `src/**/*.c`");
    for (size_t at = part.find('['); at != llvm::StringRef::npos; at = part.find('[', at)) {
      at = bracketEnd(part, at);
      if (at == llvm::StringRef::npos)
        return usageError("`[` is never closed");
    }
  }
  return llvm::Error::success();
}

llvm::Expected<PathGlob> PathGlob::compile(llvm::StringRef pattern) {
  if (pattern.empty())
    return usageError("the pattern is empty");
  if (pattern.size() > MaxLength)
    return usageError("the pattern is longer than " + llvm::Twine(MaxLength) + " bytes");
  std::vector<std::string> expanded;
  if (llvm::Error error = expandBraces(pattern, expanded))
    return error;
  PathGlob glob;
  glob.pattern = pattern.str();
  for (const std::string& alternative : expanded) {
    if (llvm::StringRef(alternative).starts_with("/"))
      return usageError("a pattern is relative, `" + alternative + "` is absolute");
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
