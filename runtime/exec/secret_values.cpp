// Values of secrets in texts and files, also where they were encoded or broken into lines.
#include "runtime/exec/secret_values.h"

#include "compiler/base/error.h"
#include "compiler/base/url_credentials.h"
#include "runtime/cas/too_large.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>

namespace pipec::exec {

/// What is shorter is too often part of something else.
static constexpr size_t ShortestEncoded = 8;

static bool isBreak(char c) {
  return c == '\n' || c == '\r';
}

static std::string withoutBreaks(llvm::StringRef text) {
  std::string joined;
  joined.reserve(text.size());
  llvm::copy_if(text, std::back_inserter(joined), [](char c) { return !isBreak(c); });
  return joined;
}

static std::string percentEncoded(llvm::StringRef value) {
  std::string text;
  for (char c : value) {
    if (llvm::isAlnum(c) || llvm::StringRef("-._~").contains(c))
      text += c;
    else
      text += "%" + llvm::toHex(llvm::StringRef(&c, 1));
  }
  return text;
}

static std::string jsonEncoded(llvm::StringRef value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(llvm::json::fixUTF8(value));
  return text.substr(1, text.size() - 2);
}

/// The characters of base64 that stand for nothing but `value`, if `before` other bytes (modulo 3)
/// were encoded in front of it.
static std::string base64Inside(llvm::StringRef value, size_t before) {
  std::string encoded = llvm::encodeBase64(std::string(before, '\0') + value.str());
  size_t begin = (before * 8 + 5) / 6;
  size_t end = (before + value.size()) * 8 / 6;
  return encoded.substr(begin, end - begin);
}

SecretValues::SecretValues(const StepOptions& options) {
  for (const sandbox::Variable& secret : options.secrets)
    add(secret.name, secret.value);
  for (const sandbox::SecretFile& secret : options.secretFiles)
    add(secret.name, secret.content);
  for (const sandbox::Variable& variable : options.environment)
    for (const std::string& credential : base::networkCredentials(variable.name, variable.value))
      add(variable.name, credential);
  llvm::stable_sort(
      patterns_, [](const Pattern& a, const Pattern& b) { return a.text.size() > b.text.size(); });
  if (!patterns_.empty())
    longest_ = patterns_.front().text.size();
}

void SecretValues::add(llvm::StringRef name, std::string text, bool isWhole) {
  bool known = llvm::any_of(patterns_, [&](const Pattern& p) { return p.text == text; });
  if (!text.empty() && !known)
    patterns_.push_back({std::move(text), isWhole, name.str()});
}

void SecretValues::add(llvm::StringRef name, llvm::StringRef secret) {
  llvm::StringRef value = secret.trim();
  add(name, withoutBreaks(value), /*isWhole=*/value.size() < ShortestEncoded);
  llvm::SmallVector<llvm::StringRef> lines;
  value.split(lines, '\n');
  std::vector<std::string> encoded = {percentEncoded(value), jsonEncoded(value)};
  for (llvm::StringRef line : lines)
    encoded.push_back(line.trim().str());
  // Some tools encode the line break at the end of a file as well, which makes no difference here.
  for (size_t before = 0; before < 3; ++before) {
    encoded.push_back(base64Inside(value, before));
    std::string forUrls = encoded.back();
    std::replace(forUrls.begin(), forUrls.end(), '+', '-');
    std::replace(forUrls.begin(), forUrls.end(), '/', '_');
    encoded.push_back(std::move(forUrls));
  }
  for (bool lowerCase : {false, true})
    encoded.push_back(llvm::toHex(value, lowerCase));
  for (std::string& text : encoded)
    if (text.size() >= ShortestEncoded)
      add(name, std::move(text), /*isWhole=*/false);
}

/// Begin and end of the first `pattern` in `text` from `from` on, line breaks in between included.
static std::optional<std::pair<size_t, size_t>> findBroken(llvm::StringRef text,
                                                           llvm::StringRef pattern, size_t from) {
  for (size_t begin = text.find(pattern.front(), from); begin != llvm::StringRef::npos;
       begin = text.find(pattern.front(), begin + 1)) {
    size_t at = begin;
    size_t matched = 0;
    for (; at < text.size() && matched < pattern.size(); ++at) {
      if (text[at] == pattern[matched])
        ++matched;
      else if (!isBreak(text[at]) || matched == 0)
        break;
    }
    if (matched == pattern.size())
      return std::pair(begin, at);
  }
  return std::nullopt;
}

std::optional<SecretValues::Place> SecretValues::find(const Pattern& pattern, llvm::StringRef text,
                                                      size_t from) {
  if (!pattern.isWhole)
    return findBroken(text, pattern.text, from);
  size_t at = text.find(pattern.text, from);
  return at == llvm::StringRef::npos ? std::nullopt
                                     : std::optional<Place>({at, at + pattern.text.size()});
}

/// Where a value can begin at the earliest of which a part stands at or behind `at`.
size_t SecretValues::reachBefore(llvm::StringRef text, size_t at) const {
  for (size_t left = longest_; at > 0 && left > 1; --at)
    left -= !isBreak(text[at - 1]);
  return at;
}

std::optional<SecretValues::Place> SecretValues::valueAcross(llvm::StringRef text,
                                                             size_t at) const {
  size_t earliest = reachBefore(text, at);
  for (const Pattern& pattern : patterns_)
    for (auto found = find(pattern, text, earliest); found && found->first < at;
         found = find(pattern, text, found->first + 1))
      if (found->second > at)
        return found;
  return std::nullopt;
}

size_t SecretValues::settled(llvm::StringRef text) const {
  size_t end = reachBefore(text, text.size());
  while (auto across = valueAcross(text, end))
    end = across->first;
  return end;
}

size_t SecretValues::mayEndValue(llvm::StringRef text) const {
  size_t end = 0;
  for (size_t left = longest_; end < text.size() && left > 1; ++end)
    left -= !isBreak(text[end]);
  while (auto across = valueAcross(text, end))
    end = across->second;
  return end;
}

void SecretValues::mask(std::string& text) const {
  static constexpr llvm::StringLiteral Mask = "***";
  for (const Pattern& pattern : patterns_) {
    size_t from = 0;
    for (;;) {
      std::optional<Place> found = find(pattern, text, from);
      if (!found)
        break;
      text.replace(found->first, found->second - found->first, Mask);
      from = found->first + Mask.size();
    }
  }
}

// ---- files --------------------------------------------------------------------

const SecretValues::Pattern* SecretValues::firstIn(llvm::StringRef text) const {
  for (const Pattern& pattern : patterns_)
    if (!pattern.isWhole &&
        ::memmem(text.data(), text.size(), pattern.text.data(), pattern.text.size()))
      return &pattern;
  return nullptr;
}

llvm::Expected<const SecretValues::Pattern*>
SecretValues::firstInFile(const std::string& path) const {
  auto file = llvm::sys::fs::openNativeFileForRead(path);
  if (!file)
    return file.takeError();
  struct stat status;
  if (::fstat(*file, &status) == 0)
    if (llvm::Error error = cas::checkSize(AT_FDCWD, path, status, path)) {
      llvm::sys::fs::closeFile(*file);
      return error;
    }
  static constexpr size_t PartSize = 1 << 20;
  std::string part(PartSize, '\0');
  std::string text;
  const Pattern* found = nullptr;
  llvm::Error problem = llvm::Error::success();
  while (!found && !problem) {
    auto size = llvm::sys::fs::readNativeFile(*file, {part.data(), part.size()});
    if (!size)
      problem = llvm::joinErrors(std::move(problem), size.takeError());
    if (problem || *size == 0)
      break;
    text += withoutBreaks({part.data(), *size});
    found = firstIn(text);
    // What may be the beginning of a value that goes on in the next part.
    if (text.size() >= longest_)
      text.erase(0, text.size() - (longest_ - 1));
  }
  llvm::sys::fs::closeFile(*file);
  if (problem)
    return problem;
  return found;
}

/// `relative` is the path of `kind` below `root`; its name has been looked at.
llvm::Expected<std::optional<SecretValues::Finding>>
SecretValues::findBelow(base::FileSystem& files, const std::string& root, std::string relative,
                        base::FileKind kind) const {
  std::string path = relative.empty() ? root : root + "/" + relative;
  llvm::Expected<const Pattern*> found = firstIn(relative);
  if (!*found && kind == base::FileKind::Symlink) {
    auto target = files.readLink(path);
    if (!target)
      return target.takeError();
    found = firstIn(*target);
  } else if (!*found && kind == base::FileKind::Regular) {
    found = firstInFile(path);
    if (!found)
      return found.takeError();
  }
  if (*found)
    return Finding{(*found)->name, std::move(relative)};
  if (kind != base::FileKind::Directory)
    return std::nullopt;
  auto entries = files.list(path);
  if (!entries)
    return entries.takeError();
  for (const base::DirectoryEntry& entry : *entries) {
    std::string below = relative.empty() ? entry.name : relative + "/" + entry.name;
    auto inside = findBelow(files, root, std::move(below), entry.kind);
    if (!inside || *inside)
      return inside;
  }
  return std::nullopt;
}

llvm::Expected<std::optional<SecretValues::Finding>>
SecretValues::findIn(const std::string& path) const {
  if (patterns_.empty())
    return std::nullopt;
  auto files = base::makeRealFileSystem();
  auto status = files->status(path, /*followLinks=*/false);
  if (!status)
    return status.takeError();
  if (!*status)
    return std::nullopt;
  return findBelow(*files, path, "", (*status)->kind);
}

} // namespace pipec::exec
