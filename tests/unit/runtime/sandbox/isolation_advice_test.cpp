// What is said of machines that this one is not.
#include "runtime/sandbox/isolation_advice.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;
using Catch::Contains;

namespace {

/// Settings of the kernel, by their names below /proc/sys.
class Settings final : public base::FileSystem {
public:
  explicit Settings(std::map<std::string, std::string> values) : settings(std::move(values)) {}

  llvm::Expected<std::string> read(llvm::StringRef path) override {
    path.consume_front("/proc/sys/");
    auto found = settings.find(path.str());
    if (found == settings.end())
      return llvm::createStringError("there is no such setting");
    return found->second + "\n";
  }
  llvm::Expected<std::optional<base::FileStatus>> status(llvm::StringRef, bool) override {
    return std::nullopt;
  }
  llvm::Expected<std::vector<base::DirectoryEntry>> list(llvm::StringRef) override {
    return std::vector<base::DirectoryEntry>();
  }
  llvm::Expected<std::string> readLink(llvm::StringRef) override { return std::string(); }

private:
  std::map<std::string, std::string> settings;
};

std::string advice(std::map<std::string, std::string> settings, sandbox::NamespaceAsker asker) {
  Settings files(std::move(settings));
  return sandbox::isolationAdvice(files, asker);
}

constexpr sandbox::NamespaceAsker Root = {/*isRoot=*/true, /*isFiltered=*/false};
constexpr sandbox::NamespaceAsker User = {/*isRoot=*/false, /*isFiltered=*/false};
constexpr sandbox::NamespaceAsker RootOfContainer = {/*isRoot=*/true, /*isFiltered=*/true};

} // namespace

TEST_CASE("a machine that forbids namespaces is told how it allows them") {
  const std::string ubuntu = "kernel/apparmor_restrict_unprivileged_userns";
  CHECK_THAT(advice({{ubuntu, "1"}}, User),
             Contains("AppArmor") &&
                 Contains("`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`"));
  CHECK_THAT(advice({{ubuntu, "0"}, {"kernel/unprivileged_userns_clone", "0"}}, User),
             Contains("`sudo sysctl kernel.unprivileged_userns_clone=1`"));
  CHECK_THAT(advice({{"user/max_user_namespaces", "0"}, {ubuntu, "1"}}, User),
             Contains("`sudo sysctl user.max_user_namespaces=15000`") && !Contains("AppArmor"));
  CHECK_THAT(advice({{"user/max_user_namespaces", "100"}}, RootOfContainer),
             Contains("docker run --security-opt seccomp=unconfined"));
}

TEST_CASE("nothing is said to be the cause that is none") {
  CHECK(advice({}, User).empty());
  CHECK(advice({{"user/max_user_namespaces", "100"}}, User).empty());
  // Root may make namespaces whatever these say.
  CHECK(advice({{"kernel/apparmor_restrict_unprivileged_userns", "1"},
                {"kernel/unprivileged_userns_clone", "0"}},
               Root)
            .empty());
}
