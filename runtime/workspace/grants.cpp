// The record: `$XDG_STATE_HOME/pipec/trust/DIGEST.json`, one for each workspace, named after the
// SHA-256 of its path:
//   {"schema": "pipec.grants/1", "workspace": "/…", "wishes": [["read", "2f…"], …]}
// where names, which are bytes, are hexadecimal digits. Folder and files are the user's alone, and
// what others could have written is not believed.
#include "runtime/workspace/grants.h"

#include "compiler/base/digest.h"
#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"
#include "runtime/workspace/user_folders.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace pipec::workspace {

static constexpr llvm::StringLiteral Schema = "pipec.grants/1";

static std::string recordOf(const std::string& folder, const Workspace& workspace) {
  return folder + "/" + base::digestOf(workspace.root).hex() + ".json";
}

/// nullopt: it is not of this form.
static std::optional<std::set<Wish>> parse(llvm::StringRef text, const Workspace& workspace) {
  auto document = base::parseJson(text);
  if (!document) {
    llvm::consumeError(document.takeError());
    return std::nullopt;
  }
  const llvm::json::Object* object = document->getAsObject();
  const llvm::json::Array* wishes = object ? object->getArray("wishes") : nullptr;
  if (!wishes || object->getString("schema") != Schema ||
      object->getString("workspace") != llvm::StringRef(base::jsonText(workspace.root)))
    return std::nullopt;
  std::set<Wish> grants;
  for (const llvm::json::Value& value : *wishes) {
    const llvm::json::Array* pair = value.getAsArray();
    auto kind = pair && pair->size() == 2 ? (*pair)[0].getAsString() : std::nullopt;
    auto name = kind ? (*pair)[1].getAsString() : std::nullopt;
    auto known = name ? wishKind(*kind) : std::nullopt;
    std::string bytes;
    if (!known || !llvm::tryGetFromHex(*name, bytes))
      return std::nullopt;
    grants.insert({*known, std::move(bytes)});
  }
  return grants;
}

static std::string textOf(const std::set<Wish>& grants, const Workspace& workspace) {
  return base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", Schema);
      json.attribute("workspace", base::jsonText(workspace.root));
      json.attributeArray("wishes", [&] {
        for (const Wish& wish : grants)
          json.array([&] {
            json.value(kindName(wish.kind));
            json.value(llvm::toHex(wish.name, /*LowerCase=*/true));
          });
      });
    });
  });
}

static llvm::Expected<std::set<Wish>> readRecord(const std::string& file,
                                                 const Workspace& workspace) {
  auto text = folder::read(file);
  if (!text)
    return text.takeError();
  if (!*text)
    return std::set<Wish>();
  if (auto grants = parse(**text, workspace))
    return std::move(*grants);
  return base::usageError("the grants in `" + file +
                          "` cannot be read; `pipec trust --revoke` forgets them");
}

/// The folder of grants in the user's own state, which nobody else may be able to write. nullopt:
/// there is none, and it was not to be made.
static llvm::Expected<std::optional<std::string>> holdGrants(bool make) {
  std::string state = userFolder("XDG_STATE_HOME", ".local/state");
  if (state.empty())
    return std::nullopt;
  folder::Demand demand{"the folder of what you have granted"};
  demand.make = make;
  return folder::hold(state + "/trust", demand);
}

llvm::Expected<std::set<Wish>> readGrants(const Workspace& workspace) {
  auto folder = holdGrants(/*make=*/false);
  if (!folder)
    return folder.takeError();
  return *folder ? readRecord(recordOf(**folder, workspace), workspace) : std::set<Wish>();
}

namespace {
/// The folder, while nobody else changes something in it.
struct LockedFolder {
  std::string path;
  folder::Descriptor lock;
  static llvm::Expected<LockedFolder> take();
};
} // namespace

llvm::Expected<LockedFolder> LockedFolder::take() {
  auto held = holdGrants(/*make=*/true);
  if (!held)
    return held.takeError();
  if (!*held)
    return base::usageError("there is no home to remember grants in: set HOME or XDG_STATE_HOME, "
                            "or give `--trust` to the build");
  LockedFolder locked{std::move(**held), {}};
  std::string file = locked.path + "/lock";
  locked.lock = folder::openFile(file, O_RDWR | O_CREAT);
  if (!locked.lock)
    return folder::failure("open", file, errno);
  while (::flock(locked.lock.get(), LOCK_EX) != 0)
    if (errno != EINTR)
      return folder::failure("lock", file, errno);
  return locked;
}

llvm::Error addGrants(const Workspace& workspace, const std::set<Wish>& wishes) {
  auto folder = LockedFolder::take();
  if (!folder)
    return folder.takeError();
  std::string file = recordOf(folder->path, workspace);
  auto grants = readRecord(file, workspace);
  if (!grants)
    return grants.takeError();
  auto isSettings = [](const Wish& wish) { return wish.kind == WishKind::Settings; };
  if (llvm::any_of(wishes, isSettings))
    std::erase_if(*grants, isSettings);
  grants->insert(wishes.begin(), wishes.end());
  return folder::write(file, textOf(*grants, workspace), /*durable=*/true);
}

llvm::Error forgetGrants(const Workspace& workspace) {
  auto folder = LockedFolder::take();
  if (!folder)
    return folder.takeError();
  std::string file = recordOf(folder->path, workspace);
  if (!folder::unlinkFile(file) && errno != ENOENT)
    return folder::failure("remove", file, errno);
  return llvm::Error::success();
}

} // namespace pipec::workspace
