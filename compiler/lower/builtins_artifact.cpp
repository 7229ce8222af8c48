// Artifacts made from artifacts without executing anything, and the members of File and Dir.
#include "compiler/lower/builtins.h"
#include "compiler/lower/value_hasher.h"

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
  } else if (const auto* selection = std::get_if<plan::TreeSelection>(&spec)) {
    add(selection->of);
    hasher.add(uint64_t(selection->patterns.size()));
    for (const std::string& pattern : selection->patterns)
      hasher.add(llvm::StringRef(pattern));
  } else {
    llvm_unreachable("lists of run-time length have no output");
  }
}

Result makeTree(const BuiltinCall& call, plan::TreeSpec spec, ArtifactType type, std::string path,
                llvm::StringRef definition) {
  ValueHasher hasher;
  hasher.add(llvm::StringRef("tree"));
  addTree(hasher, spec);
  hasher.add(uint64_t(type));
  hasher.add(llvm::StringRef(path));
  base::FastHash hash = hasher.hash();
  if (std::optional<plan::NodeId> known = call.session.nodes.find(hash))
    return call.session.nodes.artifact(*known);
  NewNode made;
  made.node.what = std::move(spec);
  made.node.types = {type};
  made.node.definition = definition.str();
  made.paths = {std::move(path)};
  made.origin = call.range;
  std::optional<plan::NodeId> id = call.session.addNode(hash, std::move(made));
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

/// Whether all elements are about `judged`; else reported.
static bool isAboutOne(Session& session, SourceRange range, const Artifact& judged,
                       llvm::ArrayRef<Value> items) {
  for (const Value& item : items) {
    const Artifact& artifact = item.as<Artifact>();
    if (artifact.ref == judged.ref)
      continue;
    session.reporter.report(Code::E0609, range,
                            "`all` merges evidence about one artifact; these are about different "
                            "ones (`" +
                                session.nameOf(judged) + "`, `" + session.nameOf(artifact) + "`)");
    return false;
  }
  return true;
}

static void addProofsOf(llvm::ArrayRef<Value> items, std::vector<Proof>& proofs) {
  for (const Value& item : items)
    if (const Proofs& own = item.as<Artifact>().proofs)
      llvm::append_range(proofs, *own);
}

/// The artifact with these proofs and no others; no single node is behind it.
static Artifact proven(Artifact artifact, std::vector<Proof> proofs) {
  llvm::sort(proofs);
  proofs.erase(std::unique(proofs.begin(), proofs.end()), proofs.end());
  artifact.proofs =
      proofs.empty() ? Proofs() : std::make_shared<const std::vector<Proof>>(std::move(proofs));
  artifact.maker = plan::NodeId();
  return artifact;
}

/// Waits for the proofs of all elements of `each`.
static void awaitProofs(Session& session, plan::NodeId merge, const Value& each,
                        const Artifact& judged, SourceRange range) {
  session.lists.await(merge, each, [&session, merge, each, judged, range] {
    Value list = session.lists.resolved(each);
    if (list.items().empty()) {
      session.lists.fail(merge, {"R1012", "`all` has nothing to merge: no file matches",
                                 session.reporter.userLocation(range)});
      return false;
    }
    if (!isAboutOne(session, range, judged, list.items()))
      return false;
    std::vector<Proof> proofs;
    addProofsOf(list.items(), proofs);
    std::vector<plan::NodeId> waits;
    for (const Proof& proof : proofs)
      waits.push_back(proof.node);
    session.completeMerge(merge, waits);
    return true;
  });
}

/// Of a list of run-time length: a node that waits for the proofs stands for all of them.
static Result mergeLater(const BuiltinCall& call, const Value& each) {
  Session& session = call.session;
  size_t firstOfElement = session.nodes.size();
  Result sample = session.probe(each);
  const auto* judged = sample ? sample->tryAs<Artifact>() : nullptr;
  if (!judged || judged->ref.node.index >= firstOfElement) {
    call.error(Code::E0609, "`all` merges evidence about one artifact; which one this is about "
                            "depends on the element")
        .help("in every round of the loop, judge an artifact that is made before it");
    return std::nullopt;
  }
  ValueHasher hasher;
  hasher.add(llvm::StringRef("merge"));
  hasher.add(each);
  std::optional<plan::NodeId> merge = session.nodes.find(hasher.hash());
  if (!merge) {
    merge = session.addMerge(hasher.hash(), call.range, each);
    if (!merge)
      return std::nullopt;
    awaitProofs(session, *merge, each, *judged, call.range);
  }
  // What the artifact's type says must be proven whatever an element carries.
  std::vector<Proof> proofs;
  for (sema::SymbolId evidence : session.program.types.evidenceOf(call.type))
    proofs.push_back({evidence, *merge});
  if (judged->proofs)
    for (const Proof& proof : *judged->proofs)
      proofs.push_back(proof.node.index < firstOfElement ? proof : Proof{proof.evidence, *merge});
  return proven(*judged, std::move(proofs));
}

Result mergeProofs(const BuiltinCall& call) {
  Result list = call.session.known(call.argument(0));
  if (!list)
    return std::nullopt;
  if (list->is<Each>())
    return mergeLater(call, *list);
  llvm::ArrayRef<Value> items = list->items();
  if (!call.session.limits.step(call.range, items.size()))
    return std::nullopt;
  if (items.empty()) {
    call.error(Code::E0609, "`all` has nothing to merge: the list is empty");
    return std::nullopt;
  }
  const Artifact& first = items.front().as<Artifact>();
  if (!isAboutOne(call.session, call.range, first, items))
    return std::nullopt;
  std::vector<Proof> proofs;
  addProofsOf(items, proofs);
  return proven(first, std::move(proofs));
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

static std::nullopt_t reportMissingPart(const BuiltinCall& call, llvm::StringRef folder,
                                        llvm::StringRef path, llvm::StringRef what) {
  llvm::Expected<std::string> similar = call.session.repository.similar(path);
  if (!similar) {
    call.session.reporter.fail(similar.takeError());
    return std::nullopt;
  }
  llvm::StringRef nearest = *similar;
  if (folder != "." && !nearest.consume_front((folder + "/").str()))
    nearest = "";
  std::string hint = nearest.empty() ? "" : ("; did you mean `" + nearest + "`?").str();
  auto report = call.error(Code::E0706, "there is no " + what + " `" + call.argument(0).text() +
                                            "` in `" + folder + "`" + hint);
  if (!nearest.empty())
    suggestText(report, call, 0, 0, nearest);
  return std::nullopt;
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
    if (*found != (isFile ? RepositoryNames::Found::File : RepositoryNames::Found::Folder))
      return reportMissingPart(call, folder->path, full, isFile ? "file" : "folder");
  }
  return makeTree(call, plan::TreePart{dir.ref, *path}, type, *path, isFile ? "file" : "sub");
}

static Result fileBelow(const BuiltinCall& call, const Artifact& dir, const std::string& path) {
  return makeTree(call, plan::TreePart{dir.ref, path}, ArtifactType::File, path, "files");
}

/// `.files(…)` of a directory that is made: one list for equal calls.
static Result filesWhenMade(const BuiltinCall& call, const Artifact& dir,
                            std::vector<std::string> patterns) {
  Session& session = call.session;
  if (session.probing) {
    Result file = fileBelow(call, dir, "element");
    return file ? Result(makeList({std::move(*file)})) : std::nullopt;
  }
  ValueHasher hasher;
  hasher.add(llvm::StringRef("files"));
  hasher.add(Value(dir));
  for (const std::string& pattern : patterns)
    hasher.add(llvm::StringRef(pattern));
  if (std::optional<plan::NodeId> known = session.nodes.find(hasher.hash()))
    return makeEach({{*known, {}}});
  NewNode made;
  made.node.what = plan::TreeSpec(plan::Expansion{dir.ref, std::move(patterns)});
  made.node.definition = "files";
  made.origin = call.range;
  std::optional<plan::NodeId> list = session.addNode(hasher.hash(), std::move(made));
  if (!list)
    return std::nullopt;
  auto fileOf = [&session, dir, range = call.range, module = call.module](const std::string& path) {
    return fileBelow({session, range, module, {}, {}}, dir, path);
  };
  session.lists.addFiles(*list, fileOf);
  return makeEach({{*list, {}}});
}

/// What `.files(…)` gives is known now only for a folder of the repository.
static Result filesBelow(const BuiltinCall& call, const Artifact& dir) {
  Session& session = call.session;
  auto patterns = compilePatterns(call, patternTexts(call.argument(0)));
  if (!patterns)
    return std::nullopt;
  const plan::RepositoryPath* folder = repositoryFolder(session, dir);
  if (!folder)
    return filesWhenMade(call, dir, patternTexts(call.argument(0)));
  auto matches = session.repository.glob(folder->path, *patterns, {});
  if (!matches) {
    session.reporter.fail(matches.takeError());
    return std::nullopt;
  }
  std::vector<Value> files;
  for (const RepositoryNames::Match& match : *matches) {
    Result file = fileBelow(call, dir, match.path);
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
