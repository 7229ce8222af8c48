// From `paths` and secrets to wishes: what is outside the workspace once links are followed.
#include "runtime/exec/wishes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <map>

namespace pipec::exec {

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

// ---- paths ---------------------------------------------------------------------

std::string hostPath(llvm::StringRef workspace, llvm::StringRef written) {
  llvm::SmallString<256> absolute(written);
  if (!path::is_absolute(written)) {
    absolute = workspace;
    path::append(absolute, written);
  }
  path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

/// Without links, as far as it is there. nullopt: a link on the way leads nowhere (yet).
static std::optional<std::string> withoutLinks(llvm::StringRef absolute) {
  llvm::SmallString<256> found;
  if (!fs::real_path(absolute, found))
    return found.str().str();
  llvm::StringRef parent = path::parent_path(absolute);
  if (parent.empty() || fs::is_symlink_file(absolute))
    return std::nullopt;
  auto folder = withoutLinks(parent);
  if (!folder)
    return std::nullopt;
  llvm::SmallString<256> joined(*folder);
  path::append(joined, path::filename(absolute));
  return joined.str().str();
}

/// Whether what is at `inside`, a path of the workspace without links, is nobody's but the user's.
static bool isGuarded(llvm::StringRef root, llvm::StringRef inside) {
  llvm::StringRef below = inside.drop_front(root.size()).ltrim('/');
  for (llvm::StringRef name : llvm::make_range(path::begin(below), path::end(below)))
    if (name == ".git" || name == ".pipec")
      return true;
  return below.empty() || fs::exists(inside + "/.git") || fs::exists(inside + "/.pipec");
}

/// nullopt: it lies in the workspace, and the workspace's steps may have it.
static std::optional<workspace::Wish> wishFor(workspace::WishKind kind, llvm::StringRef workspace,
                                              llvm::StringRef written) {
  std::string absolute = hostPath(workspace, written);
  auto resolved = withoutLinks(absolute);
  if (!resolved)
    return workspace::Wish{kind, absolute};
  fs::file_status status;
  if (!fs::status(*resolved, status) && status.type() == fs::file_type::socket_file)
    kind = workspace::WishKind::Socket;
  llvm::StringRef rest = *resolved;
  bool isInside =
      rest.consume_front(workspace) && (rest.empty() || rest.starts_with("/") || workspace == "/");
  if (isInside && !isGuarded(workspace, *resolved))
    return std::nullopt;
  return workspace::Wish{kind, std::move(*resolved)};
}

// ---- actions -------------------------------------------------------------------

std::vector<workspace::Wish> wishesOf(const plan::ActionSpec& spec,
                                      llvm::ArrayRef<std::string> environmentPaths,
                                      llvm::StringRef workspace) {
  std::vector<workspace::Wish> wishes;
  auto add = [&](workspace::WishKind kind, llvm::ArrayRef<std::string> paths) {
    for (const std::string& written : paths)
      if (auto wish = wishFor(kind, workspace, written))
        wishes.push_back(std::move(*wish));
  };
  add(workspace::WishKind::Read, spec.paths);
  add(workspace::WishKind::Write, environmentPaths);
  for (const plan::SecretUse& use :
       llvm::concat<const plan::SecretUse>(spec.secrets, spec.secretFiles))
    wishes.push_back({workspace::WishKind::Secret, use.secret});
  llvm::sort(wishes);
  wishes.erase(std::unique(wishes.begin(), wishes.end()), wishes.end());
  return wishes;
}

std::vector<workspace::Wish> wishesOf(const plan::Plan& plan, const plan::Node& node,
                                      llvm::StringRef workspace) {
  if (node.isTree() || node.deferred)
    return {};
  const plan::ActionSpec& spec = node.action();
  std::vector<std::string> paths;
  auto addEnvironment = [&](const plan::ActionSpec& deploy) {
    llvm::append_range(paths, plan.environments[deploy.environmentId].paths);
  };
  if (spec.kind == plan::ActionKind::Deploy)
    addEnvironment(spec);
  else if (spec.kind == plan::ActionKind::LiveTest)
    for (plan::NodeId deploy : spec.deployments)
      addEnvironment(plan.nodes[deploy].action());
  return wishesOf(spec, paths, workspace);
}

std::optional<StepFailure> refuseUngranted(llvm::ArrayRef<workspace::Wish> wishes,
                                           const workspace::Grants& grants, llvm::StringRef who,
                                           const plan::Location& place) {
  for (const workspace::Wish& wish : wishes)
    if (!grants.allows(wish))
      return StepFailure{
          "R1024", ("`" + who + "` wants to " + describe(wish) + ", and " + grants.refusal()).str(),
          place, false};
  return std::nullopt;
}

// ---- plans ---------------------------------------------------------------------

std::vector<Want> wantsOf(llvm::ArrayRef<const plan::Plan*> plans, bool withEffects,
                          llvm::StringRef workspace, const workspace::Grants& grants) {
  std::map<workspace::Wish, std::vector<const plan::Node*>> found;
  for (const plan::Plan* plan : plans)
    for (const plan::Node& node : plan->nodes)
      if (withEffects || !node.isEffect())
        for (workspace::Wish& wish : wishesOf(*plan, node, workspace))
          found[std::move(wish)].push_back(&node);
  std::vector<Want> wants;
  for (auto& [wish, by] : found)
    wants.push_back({wish, grants.allows(wish), std::move(by)});
  return wants;
}

} // namespace pipec::exec
