// Looking names up, following links, and walking for globs.
#include "compiler/lower/repository_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

using base::FileKind;

static bool isHidden(llvm::StringRef name) {
  return name == ".git" || name == ".pipec";
}

static std::string below(llvm::StringRef folder, llvm::StringRef name) {
  return folder == "." || folder.empty() ? name.str() : (folder + "/" + name).str();
}

RepositoryNames::RepositoryNames(base::FileSystem& files, std::string workspace)
    : files_(files), workspace_(std::move(workspace)) {}

std::string RepositoryNames::absolute(llvm::StringRef path) const {
  return path == "." ? workspace_ : workspace_ + "/" + path.str();
}

std::optional<std::string> RepositoryNames::resolve(llvm::StringRef folder, llvm::StringRef path) {
  if (path.starts_with("/"))
    return std::nullopt;
  llvm::SmallVector<llvm::StringRef> parts, kept;
  folder.split(parts, '/', -1, /*KeepEmpty=*/false);
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    if (part == ".")
      continue;
    if (part != "..") {
      kept.push_back(part);
      continue;
    }
    if (kept.empty())
      return std::nullopt;
    kept.pop_back();
  }
  return kept.empty() ? "." : llvm::join(kept, "/");
}

llvm::Expected<RepositoryNames::Found> RepositoryNames::find(llvm::StringRef path) {
  auto known = found_.find(path);
  if (known != found_.end())
    return known->second;
  llvm::Expected<Found> found = base::findInside(files_, workspace_, path, isHidden);
  if (found)
    found_.try_emplace(path, *found);
  return found;
}

llvm::Expected<llvm::ArrayRef<base::DirectoryEntry>> RepositoryNames::list(llvm::StringRef folder) {
  auto known = listings_.find(folder);
  if (known != listings_.end())
    return known->second;
  std::vector<base::DirectoryEntry> entries;
  auto status = files_.status(absolute(folder));
  if (!status)
    return status.takeError();
  if (*status && (*status)->kind == FileKind::Directory) {
    auto listed = files_.list(absolute(folder));
    if (!listed)
      return listed.takeError();
    entries = std::move(*listed);
    llvm::erase_if(entries, [](const base::DirectoryEntry& entry) { return isHidden(entry.name); });
  }
  return listings_.try_emplace(folder, std::move(entries)).first->second;
}

static bool matchesAny(llvm::ArrayRef<base::PathGlob> globs, llvm::StringRef path) {
  return llvm::any_of(globs, [&](const base::PathGlob& glob) { return glob.matches(path); });
}

llvm::Expected<std::vector<RepositoryNames::Match>>
RepositoryNames::glob(llvm::StringRef folder, llvm::ArrayRef<base::PathGlob> patterns,
                      llvm::ArrayRef<base::PathGlob> excluded) {
  std::vector<Match> matches;
  std::vector<std::string> ahead = {""};
  while (!ahead.empty()) {
    std::string at = std::move(ahead.back());
    ahead.pop_back();
    auto entries = list(at.empty() ? folder.str() : below(folder, at));
    if (!entries)
      return entries.takeError();
    for (const base::DirectoryEntry& entry : *entries) {
      std::string path = below(at, entry.name);
      if (entry.kind == FileKind::Directory) {
        if (llvm::any_of(patterns, [&](const auto& glob) { return glob.mayMatchBelow(path); }))
          ahead.push_back(std::move(path));
        continue;
      }
      bool mayBeFile = entry.kind == FileKind::Regular || entry.kind == FileKind::Symlink;
      if (!mayBeFile || !matchesAny(patterns, path) || matchesAny(excluded, path))
        continue;
      if (entry.kind == FileKind::Symlink) {
        llvm::Expected<Found> found = find(below(folder, path));
        if (!found)
          return found.takeError();
        if (*found != Found::File && *found != Found::Outside)
          continue;
        matches.push_back({std::move(path), *found == Found::Outside});
      } else {
        matches.push_back({std::move(path), false});
      }
    }
  }
  llvm::sort(matches, [](const Match& a, const Match& b) { return a.path < b.path; });
  return matches;
}

llvm::Expected<std::string> RepositoryNames::similar(llvm::StringRef path) {
  std::string sofar;
  llvm::SmallVector<llvm::StringRef> parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    auto entries = list(sofar.empty() ? "." : llvm::StringRef(sofar));
    if (!entries)
      return entries.takeError();
    llvm::StringRef nearest;
    unsigned best = 3;
    for (const base::DirectoryEntry& entry : *entries) {
      unsigned distance = part.edit_distance(entry.name, /*AllowReplacements=*/true, best);
      if (distance < best) {
        best = distance;
        nearest = entry.name;
      }
    }
    if (nearest.empty() || best >= part.size())
      return std::string();
    sofar = below(sofar, nearest);
  }
  return sofar == path ? std::string() : sofar;
}

} // namespace pipec::lower
