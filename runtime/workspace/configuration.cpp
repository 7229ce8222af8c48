// From the user's file and the workspace's to one configuration.
#include "runtime/workspace/configuration.h"

#include "compiler/base/digest.h"
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/place_inside.h"
#include "compiler/base/text.h"
#include "runtime/workspace/git_index.h"
#include "runtime/workspace/user_folders.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipec::workspace {

namespace {

/// The workspace's file, and which content it is.
struct WorkspaceSettings {
  Settings settings;
  Wish wish;
};

} // namespace

static llvm::Expected<std::optional<WorkspaceSettings>>
readWorkspaceSettings(const Workspace& workspace) {
  // A link in the place of `.pipec` is said to be that, and not one of the file.
  if (Standing standing = look(workspace.root); standing.kind == Standing::Kind::Refused)
    return base::worldError(standing.problem);
  std::string file = workspace.state() + "/config.json";
  auto files = base::makeRealFileSystem();
  auto place = base::findInside(*files, workspace.root, ".pipec/config.json");
  if (!place)
    return place.takeError();
  if (*place == base::PlaceInside::Nothing)
    return std::nullopt;
  if (*place != base::PlaceInside::File)
    return base::usageError(
        "`" + file + "` is " +
        (*place == base::PlaceInside::Outside ? "a link that leaves the workspace" : "not a file"));
  auto text = files->read(file);
  if (!text)
    return text.takeError();
  auto parsed = parseSettings(*text, file, workspace.root, SettingsKind::Workspace);
  if (!parsed)
    return parsed.takeError();
  return WorkspaceSettings{std::move(parsed->general),
                           {WishKind::Settings, base::digestOf(*text).text()}};
}

static llvm::Expected<SettingsFile> readUserSettings() {
  std::string folder = userFolder("XDG_CONFIG_HOME", ".config");
  if (folder.empty())
    return SettingsFile();
  std::string file = folder + "/config.json";
  auto text = readOwnFile(file);
  if (!text)
    return text.takeError();
  return *text ? parseSettings(**text, file, folder, SettingsKind::User) : SettingsFile();
}

/// The section of this workspace; null: there is none.
static const Settings* sectionOf(const SettingsFile& file, const Workspace& workspace) {
  for (const auto& [written, settings] : file.workspaces) {
    llvm::SmallString<256> path;
    if (llvm::sys::fs::real_path(written, path))
      path = written;
    if (path == workspace.root)
      return &settings;
  }
  return nullptr;
}

/// What `settings` say comes in front of what is there. Providers are asked in their order, of
/// variables the last counts.
static void putInFront(const Settings& settings, bool isOwn, Configuration& result) {
  result.secretProviders.insert(result.secretProviders.begin(), settings.secretProviders.begin(),
                                settings.secretProviders.end());
  for (const std::string& text : settings.networkEnvironment)
    result.networkEnvironment.push_back({text, isOwn});
  for (auto [from, to] : {std::pair(&settings.cacheSize, &result.cacheSize),
                          std::pair(&settings.cacheAge, &result.cacheAge),
                          std::pair(&settings.memory, &result.memory),
                          std::pair(&settings.historyCount, &result.historyCount),
                          std::pair(&settings.historyAge, &result.historyAge)})
    if (!from->empty())
      *to = *from;
  if (settings.cpus)
    result.cpus = settings.cpus;
}

/// Why what executes, reads secrets or redirects the network does not count; empty: it does, or
/// there is nothing of the kind.
static llvm::StringRef whyIgnored(const Settings& settings, const Wish& wish,
                                  const Workspace& workspace, const Trust& trust) {
  if (!settings.needsTrust())
    return {};
  if (trust.isUntrusted())
    return "an untrusted run believes none of it";
  // What a checkout brings can change with every pull.
  if (isTracked(workspace.root, ".pipec", "config.json"))
    return "git tracks the file; they belong into your own configuration";
  return trust.allows(wish) ? "" : "`pipec trust` shows them, and has them believed";
}

llvm::Expected<Configuration> readConfiguration(const Workspace& workspace, const Trust& trust) {
  auto user = readUserSettings();
  if (!user)
    return user.takeError();
  auto here = readWorkspaceSettings(workspace);
  if (!here)
    return here.takeError();
  Configuration result;
  putInFront(user->general, /*isOwn=*/true, result);
  if (*here) {
    Settings& settings = (*here)->settings;
    if (llvm::StringRef why = whyIgnored(settings, (*here)->wish, workspace, trust); !why.empty()) {
      settings.secretProviders.clear();
      settings.networkEnvironment.clear();
      result.ignored =
          ("`secrets` and `network` of `.pipec/config.json` are ignored: " + why).str();
    }
    putInFront(settings, /*isOwn=*/false, result);
  }
  if (const Settings* section = sectionOf(*user, workspace))
    putInFront(*section, /*isOwn=*/true, result);
  return result;
}

llvm::Expected<std::optional<DoubtfulSettings>> doubtfulSettings(const Workspace& workspace) {
  auto here = readWorkspaceSettings(workspace);
  if (!here)
    return here.takeError();
  if (!*here || !(*here)->settings.needsTrust() ||
      isTracked(workspace.root, ".pipec", "config.json"))
    return std::nullopt;
  DoubtfulSettings result{std::move((*here)->wish), {}};
  for (const SecretProvider& provider : (*here)->settings.secretProviders)
    result.lines.push_back(provider.command.empty() ? "secrets come from the file " + provider.file
                                                    : "secrets come from the command " +
                                                          llvm::join(provider.command, " "));
  for (const std::string& variable : (*here)->settings.networkEnvironment)
    result.lines.push_back("steps with network get the variable " +
                           base::withoutUserInfo(variable));
  return result;
}

} // namespace pipec::workspace
