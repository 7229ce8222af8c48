// Collecting variables for the network, by who says so.
#include "runtime/engine/network_variables.h"

#include "compiler/base/error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstdlib>
#include <map>

namespace pipec::engine {

/// How the network is reached is a fact of the machine: these are passed on if they are set.
static constexpr llvm::StringLiteral Reach[] = {
    "http_proxy",     "https_proxy",        "no_proxy",       "all_proxy",          "HTTP_PROXY",
    "HTTPS_PROXY",    "NO_PROXY",           "ALL_PROXY",      "SSL_CERT_FILE",      "SSL_CERT_DIR",
    "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"};

/// What loaders, shells, interpreters and git run, load or read as settings. The user may say such
/// things of the user's own steps; a checkout may not.
static constexpr llvm::StringLiteral RunsPrograms[] = {
    "PATH",      "HOME",           "SHELL",           "IFS",
    "ENV",       "TMPDIR",         "CLASSPATH",       "GCONV_PATH",
    "LOCPATH",   "OPENSSL_CONF",   "OPENSSL_ENGINES", "CURL_HOME",
    "WGETRC",    "NODE_OPTIONS",   "NODE_PATH",       "GOFLAGS",
    "MAKEFLAGS", "RUBYOPT",        "RUBYLIB",         "PERL5OPT",
    "PERL5LIB",  "PERL5DB",        "PERLLIB",         "PROMPT_COMMAND",
    "PS4",       "GLIBC_TUNABLES", "EDITOR",          "VISUAL",
    "PAGER",     "LESSOPEN",       "BROWSER",         "CC",
    "CXX"};
static constexpr llvm::StringLiteral RunsProgramsPrefixes[] = {
    "LD_",   "BASH", "PYTHON", "GIT_",  "SSH_",    "PIPEC_", "DYLD_",  "_JAVA",
    "JAVA_", "JDK_", "CARGO",  "RUSTC", "RUSTUP_", "MAVEN_", "GRADLE", "XDG_"};

static bool isReach(llvm::StringRef name) {
  return llvm::is_contained(Reach, name);
}

static bool runsPrograms(llvm::StringRef name) {
  return !isReach(name) && (llvm::is_contained(RunsPrograms, name) ||
                            llvm::any_of(RunsProgramsPrefixes, [&](llvm::StringRef prefix) {
                              return name.starts_with(prefix);
                            }));
}

static bool isName(llvm::StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

static llvm::Error checkForeign(llvm::StringRef name) {
  if (isName(name) && !runsPrograms(name))
    return llvm::Error::success();
  return base::usageError(
      "`.pipec/config.json`: `network.env` has `" + name + "`, which " +
      (isName(name) ? "decides how programs run" : "is no name of a variable") +
      "; if you want that, say it in your own configuration, or by `--network-env`");
}

llvm::Expected<NetworkVariables>
networkVariables(llvm::ArrayRef<workspace::NetworkSetting> configured,
                 llvm::ArrayRef<std::string> given) {
  NetworkVariables result;
  std::map<std::string, bool> isOwn;
  auto add = [&](llvm::StringRef name, llvm::StringRef value, bool own) {
    auto known =
        llvm::find_if(result.all, [&](const sandbox::Variable& v) { return v.name == name; });
    if (known == result.all.end())
      result.all.push_back({name.str(), value.str()});
    else
      known->value = value.str();
    isOwn[name.str()] = own;
  };
  for (llvm::StringRef name : Reach)
    if (const char* value = std::getenv(name.data()))
      add(name, value, /*own=*/true);
  std::vector<workspace::NetworkSetting> all(configured.begin(), configured.end());
  for (const std::string& text : given)
    all.push_back({text, /*isOwn=*/true});
  for (const workspace::NetworkSetting& setting : all) {
    auto [name, value] = llvm::StringRef(setting.text).split('=');
    if (name.empty())
      return base::usageError("`" + setting.text + "` is no NAME or NAME=VALUE");
    if (llvm::Error error = setting.isOwn ? llvm::Error::success() : checkForeign(name))
      return error;
    if (name.size() < setting.text.size())
      add(name, value, setting.isOwn);
    else if (const char* inherited = std::getenv(name.str().c_str()))
      add(name, inherited, setting.isOwn);
  }
  for (const auto& [name, own] : isOwn)
    if (!own || !isReach(name))
      result.counted.push_back(name);
  return result;
}

} // namespace pipec::engine
