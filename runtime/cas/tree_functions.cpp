// Trees as values: looking up, filtering, composing and listing them.
#include "compiler/base/error.h"
#include "compiler/base/text.h"
#include "runtime/cas/content_store.h"
#include "runtime/cas/tree_walk.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <map>

namespace pipec::cas {

char LostContent::ID = 0;
char UnusableStore::ID = 0;

char NoDirectory::ID = 0;

NoDirectory::NoDirectory(const base::Digest& digest)
    : ErrorInfo(base::ErrorCategory::World,
                "content " + digest.shortHex() + " of the store is not a directory") {}

llvm::Error lostContent(const base::Digest& digest) {
  return llvm::make_error<LostContent>(
      "content " + digest.shortHex() +
      ", or a part of it, is no longer in the content store; run the build again");
}

llvm::Error unusableStore(const llvm::Twine& action, int errorNumber) {
  return llvm::make_error<UnusableStore>(
      base::describe(base::systemError(action, errorNumber)).second);
}

namespace {

/// How many links one look-up may follow: the kernel's own number.
constexpr unsigned MaxLinks = 40;

/// PATH_MAX without its NUL: no file system of the machine could hold a longer one.
constexpr size_t MaxPath = 4095;
constexpr size_t MaxName = 255;

using Parts = llvm::SmallVector<llvm::StringRef, 16>;

Parts componentsOf(llvm::StringRef path) {
  Parts parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  llvm::erase(parts, ".");
  return parts;
}

const TreeEntry* find(const Directory& directory, llvm::StringRef name) {
  auto at = llvm::lower_bound(directory.entries, name,
                              [](const TreeEntry& entry, llvm::StringRef wanted) {
                                return llvm::StringRef(entry.name) < wanted;
                              });
  return at != directory.entries.end() && at->name == name ? &*at : nullptr;
}

} // namespace

llvm::Expected<std::optional<Content>> lookUp(ContentStore& store, const base::Digest& directory,
                                              llvm::StringRef path) {
  // The folders on the way here, the root first, and the components still to go, the next one last.
  std::vector<Content> folders{{EntryKind::Directory, directory}};
  std::vector<std::string> rest;
  auto push = [&](llvm::StringRef more) {
    // A temporary would be gone before llvm::reverse has walked it.
    auto components = componentsOf(more);
    for (llvm::StringRef part : llvm::reverse(components))
      rest.push_back(part.str());
  };
  push(path);
  unsigned links = 0;
  while (!rest.empty()) {
    std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == "..") {
      folders.pop_back();
      if (folders.empty())
        return std::nullopt;
      continue;
    }
    auto here = store.directory(folders.back().digest);
    if (!here)
      return here.takeError();
    const TreeEntry* entry = *here ? find(**here, name) : nullptr;
    if (!entry)
      return std::nullopt;
    if (entry->content.kind == EntryKind::Symlink) {
      if (++links > MaxLinks)
        return base::usageError("`" + base::printable(path) + "` leads through a cycle of links");
      if (llvm::StringRef(entry->target).starts_with("/"))
        return std::nullopt;
      push(entry->target);
    } else if (entry->content.kind == EntryKind::Directory) {
      folders.push_back(entry->content);
    } else if (rest.empty()) {
      return entry->content;
    } else {
      return std::nullopt;
    }
  }
  return folders.back();
}

namespace {

class Filter {
public:
  Filter(ContentStore& contentStore, llvm::function_ref<bool(llvm::StringRef)> keepFile,
         llvm::function_ref<bool(llvm::StringRef)> enter)
      : store(contentStore), keep(keepFile), mayKeepBelow(enter) {}

  /// What is left of a folder, perhaps without entries. nullopt: not in the store.
  llvm::Expected<std::optional<Directory>> run(const base::Digest& digest,
                                               const std::string& prefix) {
    auto directory = store.directory(digest);
    if (!directory || !*directory)
      return directory;
    Directory kept;
    for (TreeEntry& entry : (*directory)->entries) {
      std::string path = prefix + entry.name;
      if (entry.content.kind != EntryKind::Directory) {
        if (keep(path))
          kept.entries.push_back(std::move(entry));
        continue;
      }
      if (!mayKeepBelow(path))
        continue;
      if (path.size() > MaxPath)
        return base::usageError("folders are nested too deeply at `" + base::printable(path) + "`");
      auto below = run(entry.content.digest, path + "/");
      if (!below || !*below)
        return below;
      if ((*below)->entries.empty())
        continue;
      auto stored = store.putDirectory(**below);
      if (!stored)
        return stored.takeError();
      entry.content.digest = *stored;
      kept.entries.push_back(std::move(entry));
    }
    return kept;
  }

private:
  ContentStore& store;
  llvm::function_ref<bool(llvm::StringRef)> keep;
  llvm::function_ref<bool(llvm::StringRef)> mayKeepBelow;
};

} // namespace

llvm::Expected<std::optional<base::Digest>>
filter(ContentStore& store, const base::Digest& directory,
       llvm::function_ref<bool(llvm::StringRef path)> keep,
       llvm::function_ref<bool(llvm::StringRef directory)> mayKeepBelow) {
  auto kept = Filter(store, keep, mayKeepBelow).run(directory, "");
  if (!kept)
    return kept.takeError();
  if (!*kept)
    return std::nullopt;
  auto stored = store.putDirectory(**kept);
  if (!stored)
    return stored.takeError();
  return *stored;
}

namespace {

/// The placements as a tree of names: what was placed here, and what longer paths put below.
struct Place {
  std::optional<Content> content;
  std::map<std::string, Place> children;
};

class Composer {
public:
  explicit Composer(ContentStore& contentStore) : store(contentStore) {}

  llvm::Error add(Placement placement);
  /// `path` is the place's own, for messages.
  llvm::Expected<Content> make(Place& place, const std::string& path);

  Place root;

private:
  llvm::Expected<Directory> folderAt(const Place& place, const std::string& path);

  ContentStore& store;
};

} // namespace

llvm::Error Composer::add(Placement placement) {
  std::string shown = base::printable(placement.path);
  if (placement.path.empty() || placement.path.front() == '/')
    return base::usageError("`" + shown + "` is not a relative path; the root of a tree is `.`");
  if (placement.path.size() > MaxPath)
    return base::usageError("`" + shown + "` is too long for a path");
  Place* place = &root;
  for (llvm::StringRef part : componentsOf(placement.path)) {
    if (part == "..")
      return base::usageError("`" + shown + "` leaves the tree");
    if (part.size() > MaxName || part.contains('\0') || !base::isUtf8(part))
      return base::usageError("`" + shown + "` cannot be the name of a file");
    place = &place->children[part.str()];
  }
  if (place->content)
    return base::usageError("two entries for `" + shown + "` in this tree");
  place->content = placement.content;
  return llvm::Error::success();
}

llvm::Expected<Directory> Composer::folderAt(const Place& place, const std::string& path) {
  if (!place.content)
    return Directory{};
  if (place.content->kind != EntryKind::Directory) {
    std::string below = (path == "." ? "" : path + "/") + place.children.begin()->first;
    return base::usageError("`" + base::printable(below) + "` lies below `" +
                            base::printable(path) + "`, which is not a folder");
  }
  auto directory = store.directory(place.content->digest);
  if (!directory)
    return directory.takeError();
  if (!*directory)
    return lostContent(place.content->digest);
  return std::move(**directory);
}

llvm::Expected<Content> Composer::make(Place& place, const std::string& path) {
  if (place.content && place.children.empty())
    return *place.content;
  auto folder = folderAt(place, path);
  if (!folder)
    return folder.takeError();
  std::map<std::string, TreeEntry> entries;
  for (TreeEntry& entry : folder->entries)
    entries.emplace(entry.name, std::move(entry));
  for (auto& [name, child] : place.children) {
    // Where only longer paths lead through a folder, they change what the shorter one put there.
    if (auto below = entries.find(name); !child.content && below != entries.end())
      child.content = below->second.content;
    auto content = make(child, path == "." ? name : path + "/" + name);
    if (!content)
      return content.takeError();
    TreeEntry entry{name, *content, ""};
    if (content->kind == EntryKind::Symlink) {
      auto target = store.bytes(content->digest);
      if (!target)
        return target.takeError();
      if (!*target)
        return lostContent(content->digest);
      entry.target = std::move(**target);
    }
    entries[name] = std::move(entry);
  }
  Directory directory;
  for (auto& [name, entry] : entries)
    directory.entries.push_back(std::move(entry));
  auto digest = store.putDirectory(directory);
  if (!digest)
    return digest.takeError();
  return Content{EntryKind::Directory, *digest};
}

llvm::Expected<base::Digest> compose(ContentStore& store, std::vector<Placement> placements) {
  Composer composer(store);
  for (Placement& placement : placements)
    if (llvm::Error error = composer.add(std::move(placement)))
      return error;
  if (composer.root.content && composer.root.content->kind != EntryKind::Directory)
    return base::usageError("the root of a tree is a folder; give the file a name of its own");
  auto content = composer.make(composer.root, ".");
  if (!content)
    return content.takeError();
  return content->digest;
}

llvm::Expected<std::vector<std::pair<std::string, TreeEntry>>>
listFiles(ContentStore& store, const base::Digest& directory) {
  auto items = walkTree(store, directory);
  if (!items)
    return items.takeError();
  if (!*items)
    return lostContent(directory);
  std::vector<std::pair<std::string, TreeEntry>> files;
  for (TreeItem& item : **items)
    if (item.entry.content.kind != EntryKind::Directory)
      files.emplace_back(std::move(item.path), std::move(item.entry));
  llvm::sort(files, [](const auto& a, const auto& b) { return a.first < b.first; });
  return files;
}

} // namespace pipec::cas
