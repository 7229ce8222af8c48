// The syntax of Versions and Urls.
#include "compiler/sema/literal_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

constexpr size_t MostDigits = 18; // so that every part fits into an Int

bool isNumber(StringRef part) {
  return !part.empty() && part.size() <= MostDigits && llvm::all_of(part, llvm::isDigit);
}

} // namespace

std::string versionProblem(StringRef text) {
  auto [numbers, pre] = text.split('-');
  llvm::SmallVector<StringRef, 3> parts;
  numbers.split(parts, '.');
  if (text.empty())
    return "it is empty";
  if (parts.size() > 3)
    return "it has more than three numbers";
  for (StringRef part : parts)
    if (!isNumber(part))
      return "`" + part.str() + "` is not a number";
  if (text.contains('-') && pre.empty())
    return "nothing stands behind the `-`";
  llvm::SmallVector<StringRef, 4> identifiers;
  pre.split(identifiers, '.');
  if (!pre.empty() && llvm::is_contained(identifiers, ""))
    return "a part between the dots of `" + pre.str() + "` is empty";
  auto inPre = [](char c) { return llvm::isAlnum(c) || c == '.' || c == '-'; };
  if (!llvm::all_of(pre, inPre))
    return "`" + pre.str() + "` has other characters than letters, digits, `.` and `-`";
  return "";
}

std::string normalVersion(StringRef version) {
  auto withoutLeadingZeros = [](StringRef digits) {
    StringRef trimmed = digits.ltrim('0');
    return trimmed.empty() ? StringRef("0") : trimmed;
  };
  auto [numbers, pre] = version.split('-');
  std::string normal;
  for (int part = 0; part < 3; ++part) {
    StringRef digits;
    std::tie(digits, numbers) = numbers.split('.');
    normal += (part == 0 ? "" : ".") + withoutLeadingZeros(digits).str();
  }
  llvm::SmallVector<StringRef, 4> identifiers;
  if (!pre.empty())
    pre.split(identifiers, '.');
  for (auto [index, identifier] : llvm::enumerate(identifiers)) {
    bool numeric = !identifier.empty() && llvm::all_of(identifier, llvm::isDigit);
    normal += index == 0 ? "-" : ".";
    normal += numeric ? withoutLeadingZeros(identifier) : identifier;
  }
  return normal;
}

std::string urlProblem(StringRef text) {
  auto isSchemeChar = [](char c) { return llvm::isAlnum(c) || c == '+' || c == '-' || c == '.'; };
  auto [scheme, behind] = text.split(':');
  if (scheme.empty() || scheme == text || !llvm::all_of(scheme, isSchemeChar))
    return "it has no scheme";
  constexpr StringRef Schemes[] = {"http", "https", "ssh", "git", "file", "s3"};
  if (!llvm::is_contained(Schemes, scheme))
    return "unknown scheme `" + scheme.str() + "`";
  if (!behind.starts_with("//"))
    return "`//` is missing behind `" + scheme.str() + ":`";
  StringRef rest = behind.drop_front(2);
  if (scheme != "file" && rest.take_until([](char c) { return c == '/'; }).empty())
    return "it has no host";
  auto isBad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (llvm::any_of(text, isBad))
    return "it has a space or control character in it";
  return "";
}

} // namespace pipec::sema
