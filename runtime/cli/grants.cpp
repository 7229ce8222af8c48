// The record: `$XDG_STATE_HOME/pipec/trust/DIGEST.json`, one for each workspace, named after the
// SHA-256 of its path:
//   {"schema": "pipec.grants/1", "workspace": "/…", "wishes": [["read", "2f…"], …]}
// where names, which are bytes, are hexadecimal digits. Folder and files are the user's alone, and
// what others could have written is not believed.
#include "runtime/cli/grants.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/json.h"
#include "runtime/cli/user_folders.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::cli {

static constexpr llvm::StringLiteral Schema = "pipec.grants/1";

/// Empty: the user has no home.
static std::string trustFolder() {
  std::string state = userFolder("XDG_STATE_HOME", ".local/state");
  return state.empty() ? state : state + "/trust";
}

static std::string recordOf(const std::string& folder, const Workspace& workspace) {
  return folder + "/" + base::digestOf(workspace.root).hex() + ".json";
}

/// nullopt: it is not of this form.
static std::optional<std::set<exec::Wish>> parse(llvm::StringRef text, const Workspace& workspace) {
  auto document = llvm::json::parse(text);
  if (!document) {
    llvm::consumeError(document.takeError());
    return std::nullopt;
  }
  const llvm::json::Object* object = document->getAsObject();
  const llvm::json::Array* wishes = object ? object->getArray("wishes") : nullptr;
  if (!wishes || object->getString("schema") != Schema ||
      object->getString("workspace") != llvm::StringRef(base::jsonText(workspace.root)))
    return std::nullopt;
  std::set<exec::Wish> grants;
  for (const llvm::json::Value& value : *wishes) {
    const llvm::json::Array* pair = value.getAsArray();
    auto kind = pair && pair->size() == 2 ? (*pair)[0].getAsString() : std::nullopt;
    auto name = kind ? (*pair)[1].getAsString() : std::nullopt;
    auto known = name ? exec::wishKind(*kind) : std::nullopt;
    std::string bytes;
    if (!known || !llvm::tryGetFromHex(*name, bytes))
      return std::nullopt;
    grants.insert({*known, std::move(bytes)});
  }
  return grants;
}

static std::string textOf(const std::set<exec::Wish>& grants, const Workspace& workspace) {
  return base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", Schema);
      json.attribute("workspace", base::jsonText(workspace.root));
      json.attributeArray("wishes", [&] {
        for (const exec::Wish& wish : grants)
          json.array([&] {
            json.value(exec::kindName(wish.kind));
            json.value(llvm::toHex(wish.name, /*LowerCase=*/true));
          });
      });
    });
  });
}

static llvm::Expected<std::set<exec::Wish>> readRecord(const std::string& file,
                                                       const Workspace& workspace) {
  auto text = readOwnFile(file);
  if (!text)
    return text.takeError();
  if (!*text)
    return std::set<exec::Wish>();
  if (auto grants = parse(**text, workspace))
    return std::move(*grants);
  return base::usageError("the grants in `" + file +
                          "` cannot be read; `pipec trust --revoke` forgets them");
}

llvm::Expected<std::set<exec::Wish>> readGrants(const Workspace& workspace) {
  std::string folder = trustFolder();
  if (folder.empty())
    return std::set<exec::Wish>();
  return readRecord(recordOf(folder, workspace), workspace);
}

namespace {
/// The folder, made for the user alone, while nobody else changes something in it.
class LockedFolder {
public:
  static llvm::Expected<LockedFolder> take();
  LockedFolder(LockedFolder&& other) noexcept
      : path(std::move(other.path)), lock(std::exchange(other.lock, -1)) {}
  LockedFolder& operator=(LockedFolder&&) = delete;
  ~LockedFolder() {
    if (lock >= 0)
      ::close(lock);
  }
  std::string path;

private:
  LockedFolder(std::string folder, int open) : path(std::move(folder)), lock(open) {}
  int lock;
};
} // namespace

llvm::Expected<LockedFolder> LockedFolder::take() {
  std::string folder = trustFolder();
  if (folder.empty())
    return base::usageError("there is no home to remember grants in: set HOME or XDG_STATE_HOME, "
                            "or give `--trust` to the build");
  if (llvm::Error error = base::makeDirectories(llvm::StringRef(folder).rsplit('/').first))
    return error;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return base::systemError("cannot make the folder `" + folder + "`", errno);
  if (llvm::Error error = checkOwnFolder(folder))
    return error;
  std::string file = folder + "/lock";
  LockedFolder locked(folder,
                      ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (locked.lock < 0)
    return base::systemError("cannot open `" + file + "`", errno);
  while (::flock(locked.lock, LOCK_EX) != 0)
    if (errno != EINTR)
      return base::systemError("cannot lock `" + file + "`", errno);
  return locked;
}

llvm::Error addGrants(const Workspace& workspace, const std::set<exec::Wish>& wishes) {
  auto folder = LockedFolder::take();
  if (!folder)
    return folder.takeError();
  std::string file = recordOf(folder->path, workspace);
  auto grants = readRecord(file, workspace);
  if (!grants)
    return grants.takeError();
  auto isSettings = [](const exec::Wish& wish) { return wish.kind == exec::WishKind::Settings; };
  if (llvm::any_of(wishes, isSettings))
    std::erase_if(*grants, isSettings);
  grants->insert(wishes.begin(), wishes.end());
  if (llvm::Error error =
          base::writeFileAtomically(file, textOf(*grants, workspace), /*durable=*/true))
    return error;
  if (::chmod(file.c_str(), 0600) != 0)
    return base::systemError("cannot make `" + file + "` the user's alone", errno);
  return llvm::Error::success();
}

llvm::Error forgetGrants(const Workspace& workspace) {
  auto folder = LockedFolder::take();
  if (!folder)
    return folder.takeError();
  std::string file = recordOf(folder->path, workspace);
  if (::unlink(file.c_str()) != 0 && errno != ENOENT)
    return base::systemError("cannot remove `" + file + "`", errno);
  return llvm::Error::success();
}

} // namespace pipec::cli
