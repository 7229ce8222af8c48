// Artifacts made from artifacts without executing anything, and the members of File and Dir.
#include "compiler/lower/builtins.h"
#include "compiler/lower/value_digest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Path.h"

namespace pipec::lower {

using plan::ArtifactType;
using sema::Method;
using Posix = llvm::sys::path::Style;

static void addTree(ValueHasher& hasher, const plan::TreeSpec& spec) {
  auto add = [&](const plan::ArtifactRef& ref) {
    hasher.add(uint64_t(ref.node.index));
    hasher.add(uint64_t(ref.output));
  };
  hasher.add(uint64_t(spec.index()));
  if (const auto* path = std::get_if<plan::RepositoryPath>(&spec)) {
    hasher.add(llvm::StringRef(path->path));
  } else if (const auto* text = std::get_if<plan::TextFile>(&spec)) {
    hasher.add(llvm::StringRef(text->content));
  } else if (const auto* composed = std::get_if<plan::ComposedTree>(&spec)) {
    hasher.add(uint64_t(composed->entries.size()));
    for (const plan::ComposedTree::Entry& entry : composed->entries) {
      hasher.add(llvm::StringRef(entry.path));
      add(entry.artifact);
    }
  } else if (const auto* part = std::get_if<plan::TreePart>(&spec)) {
    add(part->of);
    hasher.add(llvm::StringRef(part->path));
  } else {
    const auto& selection = std::get<plan::TreeSelection>(spec);
    add(selection.of);
    hasher.add(uint64_t(selection.patterns.size()));
    for (const std::string& pattern : selection.patterns)
      hasher.add(llvm::StringRef(pattern));
  }
}

Result makeTree(const BuiltinCall& call, plan::TreeSpec spec, ArtifactType type, std::string path,
                llvm::StringRef definition) {
  ValueHasher hasher;
  hasher.add(llvm::StringRef("tree"));
  addTree(hasher, spec);
  hasher.add(uint64_t(type));
  hasher.add(llvm::StringRef(path));
  base::Digest digest = hasher.digest();
  if (std::optional<plan::NodeId> known = call.session.nodes.find(digest))
    return call.session.nodes.artifact(*known);
  NewNode made;
  made.node.what = std::move(spec);
  made.node.types = {type};
  made.node.definition = definition.str();
  made.paths = {std::move(path)};
  made.origin = call.range;
  std::optional<plan::NodeId> id = call.session.addNode(digest, std::move(made));
  if (!id)
    return std::nullopt;
  return call.session.nodes.artifact(*id);
}

Result makeRepositoryNode(const BuiltinCall& call, std::string path, ArtifactType type,
                          llvm::StringRef definition) {
  std::string name = path == "." ? "dir" : path;
  return makeTree(call, plan::RepositoryPath{std::move(path)}, type, std::move(name), definition);
}

/// False, and reported, for `previous`: only its path in a `rollback` is known.
static bool isMade(const BuiltinCall& call, const Artifact& artifact) {
  if (!artifact.isPrevious())
    return true;
  call.error(Code::E0205, "`previous` can only be mentioned in the `rollback`; what is in it is "
                          "known when a rollback happens");
  return false;
}

// ---- tree, text, all ----------------------------------------------------------------------------

/// `path` as an entry of a tree, without `.` and doubled slashes; nullopt if it leaves the tree.
static std::optional<std::string> entryPath(llvm::StringRef path) {
  if (path.empty())
    return std::nullopt;
  llvm::SmallVector<llvm::StringRef> parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  if (llvm::is_contained(parts, ".."))
    return std::nullopt;
  return RepositoryNames::resolve("", path);
}

/// No entry stands below a file, and the root is no file.
static bool checkEntries(const BuiltinCall& call, const plan::ComposedTree& tree) {
  const NodeTable& nodes = call.session.nodes;
  llvm::StringSet<> files;
  for (const plan::ComposedTree::Entry& entry : tree.entries)
    if (nodes[entry.artifact.node].types[entry.artifact.output] == ArtifactType::File)
      files.insert(entry.path);
  if (files.contains(".")) {
    call.error(Code::E0401, "the root of a tree wants a Dir, this is a File")
        .help("give the file a name: `tree([\"name\": …])`");
    return false;
  }
  for (const plan::ComposedTree::Entry& entry : tree.entries)
    for (llvm::StringRef at = llvm::sys::path::parent_path(entry.path, Posix::posix); !at.empty();
         at = llvm::sys::path::parent_path(at, Posix::posix))
      if (files.contains(at)) {
        call.error(Code::E0704, "`" + at + "` is a file in this tree, so there cannot be `" +
                                    llvm::StringRef(entry.path) + "`");
        return false;
      }
  return true;
}

Result composeTree(const BuiltinCall& call) {
  const MapData& map = *call.argument(0).as<Map>().data;
  if (!call.session.limits.step(call.range, map.entries.size()))
    return std::nullopt;
  plan::ComposedTree tree;
  for (const auto& [key, value] : map.entries) {
    const Artifact& artifact = value.as<Artifact>();
    if (!isMade(call, artifact))
      return std::nullopt;
    std::optional<std::string> path = entryPath(key.text());
    if (!path) {
      call.error(Code::E0705, "\"" + key.text() + "\" leaves the tree")
          .help("paths in a tree are relative and have no `..`");
      return std::nullopt;
    }
    tree.entries.push_back({std::move(*path), artifact.ref});
  }
  // The order of the entries means nothing: a longer path always stands above a shorter one.
  llvm::stable_sort(tree.entries, [](const auto& a, const auto& b) { return a.path < b.path; });
  auto twice = std::adjacent_find(tree.entries.begin(), tree.entries.end(),
                                  [](const auto& a, const auto& b) { return a.path == b.path; });
  if (twice != tree.entries.end()) {
    call.error(Code::E0704, "two entries for \"" + twice->path + "\" in this tree");
    return std::nullopt;
  }
  if (!checkEntries(call, tree))
    return std::nullopt;
  return makeTree(call, std::move(tree), ArtifactType::Dir, "dir", "tree");
}

Result textFile(const BuiltinCall& call) {
  llvm::StringRef name = call.argument(0).text();
  if (name.empty() || name == "." || name == ".." || name.contains('/')) {
    call.error(Code::E0705, "\"" + name + "\" is not the name of a file")
        .help("folders are made by `tree([\"folder/name\": text(…)])`");
    return std::nullopt;
  }
  return makeTree(call, plan::TextFile{call.argument(1).text().str()}, ArtifactType::File,
                  name.str(), "text");
}

Result mergeProofs(const BuiltinCall& call) {
  llvm::ArrayRef<Value> items = call.argument(0).items();
  if (!call.session.limits.step(call.range, items.size()))
    return std::nullopt;
  if (items.empty()) {
    call.error(Code::E0609, "`all` has nothing to merge: the list is empty");
    return std::nullopt;
  }
  Artifact merged = items.front().as<Artifact>();
  std::vector<Proof> proofs;
  for (const Value& item : items) {
    const Artifact& artifact = item.as<Artifact>();
    if (artifact.ref != merged.ref) {
      call.error(Code::E0609, "`all` merges evidence about one artifact; these are about different "
                              "ones (`" +
                                  call.session.nameOf(merged) + "`, `" +
                                  call.session.nameOf(artifact) + "`)");
      return std::nullopt;
    }
    if (artifact.proofs)
      llvm::append_range(proofs, *artifact.proofs);
  }
  llvm::sort(proofs);
  proofs.erase(std::unique(proofs.begin(), proofs.end()), proofs.end());
  if (!proofs.empty())
    merged.proofs = std::make_shared<const std::vector<Proof>>(std::move(proofs));
  merged.maker = plan::NodeId();
  return merged;
}

// ---- members ------------------------------------------------------------------------------------

/// The stem and the extension, without the dot. A name that starts with its only dot is all stem.
static std::pair<llvm::StringRef, llvm::StringRef> splitName(llvm::StringRef name) {
  size_t dot = name.rfind('.');
  if (dot == llvm::StringRef::npos || dot == 0)
    return {name, ""};
  return {name.take_front(dot), name.drop_front(dot + 1)};
}

static Result fileMember(const BuiltinCall& call, Method method, const Artifact& file) {
  const NodeTable& nodes = call.session.nodes;
  llvm::StringRef name = nodes.baseNameOf(file.ref);
  switch (method) {
  case Method::FileName:
    return makeString(name.str());
  case Method::FileStem:
    return makeString(splitName(name).first.str());
  case Method::FileExt:
    return makeString(splitName(name).second.str());
  case Method::FilePath:
    return makeString(nodes.pathOf(file.ref).str());
  case Method::FileText: {
    ArgPieces pieces;
    append(pieces, ArtifactPiece{file, true});
    return makeArg(std::move(pieces));
  }
  default:
    llvm_unreachable("not a member of File");
  }
}

/// The path in the repository of a folder that is nothing else.
static const plan::RepositoryPath* repositoryFolder(const Session& session, const Artifact& dir) {
  const plan::Node& node = session.nodes[dir.ref.node];
  return node.isTree() ? std::get_if<plan::RepositoryPath>(&node.tree()) : nullptr;
}

/// `.sub(path)` and `.file(path)`. Of a folder of the repository, the path must be there.
static Result part(const BuiltinCall& call, const Artifact& dir, ArtifactType type) {
  llvm::StringRef written = call.argument(0).text();
  std::optional<std::string> path = entryPath(written);
  bool isFile = type == ArtifactType::File;
  if (!path || (isFile && *path == ".")) {
    call.error(Code::E0705, "\"" + written + "\" is not a path below this directory");
    return std::nullopt;
  }
  if (*path == ".")
    return dir;
  Session& session = call.session;
  if (const plan::RepositoryPath* folder = repositoryFolder(session, dir)) {
    std::string full = folder->path == "." ? *path : folder->path + "/" + *path;
    auto found = session.repository.find(full);
    if (!found) {
      session.reporter.fail(found.takeError());
      return std::nullopt;
    }
    if (*found != (isFile ? RepositoryNames::Found::File : RepositoryNames::Found::Folder)) {
      call.error(Code::E0706, llvm::Twine("there is no ") + (isFile ? "file" : "folder") + " `" +
                                  written + "` in `" + folder->path + "`");
      return std::nullopt;
    }
  }
  return makeTree(call, plan::TreePart{dir.ref, *path}, type, *path, isFile ? "file" : "sub");
}

/// What `.files(…)` gives is known now only for a folder of the repository.
static Result filesBelow(const BuiltinCall& call, const Artifact& dir) {
  Session& session = call.session;
  const plan::RepositoryPath* folder = repositoryFolder(session, dir);
  if (!folder) {
    call.error(Code::E0501, "the files of `" + session.nameOf(dir) +
                                "` are only known when it has been built, and this version of "
                                "pipec cannot run a list of that kind yet")
        .help("give the whole directory to an action, or name the files by `.file(\"…\")`");
    return std::nullopt;
  }
  auto patterns = compilePatterns(call, patternTexts(call.argument(0)));
  if (!patterns)
    return std::nullopt;
  auto matches = session.repository.glob(folder->path, *patterns, {});
  if (!matches) {
    session.reporter.fail(matches.takeError());
    return std::nullopt;
  }
  std::vector<Value> files;
  for (const RepositoryNames::Match& match : *matches) {
    Result file = makeTree(call, plan::TreePart{dir.ref, match.path}, ArtifactType::File,
                           match.path, "files");
    if (!file || !session.limits.step(call.range))
      return std::nullopt;
    files.push_back(std::move(*file));
  }
  return makeList(std::move(files));
}

static Result selection(const BuiltinCall& call, const Artifact& dir) {
  std::vector<std::string> patterns = patternTexts(call.argument(0));
  if (!compilePatterns(call, patterns))
    return std::nullopt;
  std::string path = call.session.nodes.pathOf(dir.ref).str();
  return makeTree(call, plan::TreeSelection{dir.ref, std::move(patterns)}, ArtifactType::Dir,
                  std::move(path), "select");
}

static Result dirMember(const BuiltinCall& call, Method method, const Artifact& dir) {
  switch (method) {
  case Method::DirFile:
    return part(call, dir, ArtifactType::File);
  case Method::DirSub:
    return part(call, dir, ArtifactType::Dir);
  case Method::DirSelect:
    return selection(call, dir);
  case Method::DirFiles:
    return filesBelow(call, dir);
  case Method::TestReportFiles: {
    Artifact files = dir;
    files.type = ArtifactType::Dir;
    return files;
  }
  default:
    llvm_unreachable("not a member of Dir");
  }
}

Result artifactMember(const BuiltinCall& call, Method method, const Artifact& receiver) {
  if (!isMade(call, receiver))
    return std::nullopt;
  bool ofFile = method == Method::FileName || method == Method::FileStem ||
                method == Method::FileExt || method == Method::FilePath ||
                method == Method::FileText;
  if (ofFile)
    return fileMember(call, method, receiver);
  Result made = dirMember(call, method, receiver);
  if (!made || !receiver.pool)
    return made;
  // What is taken out of a pool is still read at will.
  if (made->is<Artifact>()) {
    Artifact piece = made->as<Artifact>();
    piece.pool = true;
    return piece;
  }
  return made;
}

} // namespace pipec::lower
