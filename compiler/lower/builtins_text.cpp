// Members of String, Version and Url. Letters are those of ASCII in upper() and lower().
#include "compiler/lower/builtins.h"
#include "compiler/lower/scalars.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

using sema::Method;

static bool startsCodePoint(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

static int64_t codePoints(llvm::StringRef text) {
  return std::count_if(text.begin(), text.end(), startsCodePoint);
}

/// Between the separators; an empty separator stands between each two code points.
static Result split(const BuiltinCall& call, llvm::StringRef text, llvm::StringRef separator) {
  std::vector<Value> parts;
  if (separator.empty()) {
    for (size_t begin = 0; begin < text.size();) {
      size_t end = begin + 1;
      while (end < text.size() && !startsCodePoint(text[end]))
        ++end;
      parts.push_back(makeString(text.slice(begin, end).str()));
      begin = end;
    }
  } else {
    size_t at;
    while ((at = text.find(separator)) != llvm::StringRef::npos) {
      parts.push_back(makeString(text.take_front(at).str()));
      text = text.drop_front(at + separator.size());
    }
    parts.push_back(makeString(text.str()));
  }
  if (!call.session.limits.step(call.range, parts.size()))
    return std::nullopt;
  return makeList(std::move(parts));
}

static Result replace(const BuiltinCall& call, llvm::StringRef text, llvm::StringRef old,
                      llvm::StringRef replacement) {
  if (old.empty())
    return makeString(text.str());
  uint64_t bytes = text.size() + text.count(old) * replacement.size();
  if (!call.session.limits.string(call.range, bytes))
    return std::nullopt;
  std::string result;
  size_t at;
  while ((at = text.find(old)) != llvm::StringRef::npos) {
    result += text.take_front(at);
    result += replacement;
    text = text.drop_front(at + old.size());
  }
  return makeString(result + text.str());
}

Result textMember(const BuiltinCall& call, Method method, const Value& receiver) {
  llvm::StringRef text = receiver.text();
  auto argument = [&](size_t index) { return call.argument(index).text(); };
  // Looking for a long text in a long one compares the one at every place of the other.
  static constexpr uint64_t ComparedInAStep = 16 * 1024;
  bool searches = method == Method::StringSplit || method == Method::StringReplace ||
                  method == Method::StringContains;
  uint64_t compared = searches ? text.size() * argument(0).size() / ComparedInAStep : 0;
  if (!call.session.limits.step(call.range, weightOf(receiver) + compared))
    return std::nullopt;
  switch (method) {
  case Method::StringLen:
    return codePoints(text);
  case Method::StringUpper:
    return makeString(text.upper());
  case Method::StringLower:
    return makeString(text.lower());
  case Method::StringTrim:
    return makeString(text.trim().str());
  case Method::StringSplit:
    return split(call, text, argument(0));
  case Method::StringReplace:
    return replace(call, text, argument(0), argument(1));
  case Method::StringContains:
    return text.contains(argument(0));
  case Method::StringStartsWith:
    return text.starts_with(argument(0));
  case Method::StringEndsWith:
    return text.ends_with(argument(0));
  default:
    llvm_unreachable("not a member of String");
  }
}

Value versionMember(Method method, llvm::StringRef version) {
  size_t part = method == Method::VersionMajor ? 0 : method == Method::VersionMinor ? 1 : 2;
  int64_t number = 0;
  bool fails = splitVersion(version).numbers[part].getAsInteger(10, number);
  assert(!fails && "the parts of a Version fit into an Int");
  (void)fails;
  return number;
}

Value urlMember(Method method, llvm::StringRef url) {
  UrlParts parts = splitUrl(url);
  if (method == Method::UrlScheme)
    return makeString(parts.scheme.str());
  return makeString((method == Method::UrlHost ? parts.host : parts.path).str());
}

} // namespace pipec::lower
