// The runner without isolation: inputs and work are copied into the spawn's scratch directory, and
// the step is trusted to look there only.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/sandbox/copy_tree.h"
#include "runtime/sandbox/helper_runner.h"
#include "runtime/sandbox/work_plan.h"

#include "llvm/Support/Path.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// A folder in memory, so that no secret is ever on a disk.
llvm::Expected<std::string> makeSecretsFolder(const Spawn& spawn) {
  std::string folder = "/dev/shm/pipec-XXXXXX";
  if (!::mkdtemp(folder.data()))
    return base::systemError("cannot make a folder in memory for secret files", errno);
  for (const SecretFile& secret : spawn.secretFiles) {
    std::string path = folder + "/" + secret.name;
    llvm::Error error = base::writeFileAtomically(path, secret.content);
    if (!error && ::chmod(path.c_str(), 0400) != 0)
      error = base::systemError("cannot protect a secret file", errno);
    if (error)
      return llvm::joinErrors(std::move(error), base::removeTree(folder));
  }
  return folder;
}

llvm::Error copyInput(const SpawnInput& input, const std::string& path) {
  if (llvm::Error error = base::makeDirectories(llvm::sys::path::parent_path(path)))
    return error;
  CopyFailure failure;
  if (input.isDirectory) {
    if (copyTree(input.hostPath.c_str(), path.c_str(), CopyOptions(), failure))
      return llvm::Error::success();
  } else {
    struct stat status;
    failure.errorNumber =
        ::stat(input.hostPath.c_str(), &status) != 0
            ? errno
            : copyFile(input.hostPath.c_str(), path.c_str(), status.st_mode & 0777);
    if (failure.errorNumber == 0)
      return llvm::Error::success();
  }
  return base::systemError("cannot copy the input `" + input.hostPath + "`", failure.errorNumber);
}

class ScratchRunner final : public HelperRunner {
public:
  explicit ScratchRunner(std::string stateDirectory)
      : HelperRunner(/*isolated=*/false, std::move(stateDirectory)) {}

  Isolation isolation() const override { return Isolation::Scratch; }

  std::string renderPath(const Spawn& spawn, llvm::StringRef path) const override {
    const std::pair<llvm::StringRef, std::string> Places[] = {
        {"/i", spawn.scratchDirectory + "/i"}, {"/o", spawn.outputDirectory},
        {"/report", spawn.reportDirectory},    {"/tmp", spawn.scratchDirectory + "/tmp"},
        {"/w", spawn.scratchDirectory + "/w"},
    };
    for (const auto& [name, place] : Places) {
      llvm::StringRef rest = path;
      if (rest.consume_front(name) && (rest.empty() || rest.starts_with("/")) && !place.empty())
        return place + rest.str();
    }
    return path.str();
  }

  llvm::Expected<std::unique_ptr<StepRoot>> open(const Spawn& spawn) override {
    if (!spawn.imageRoot.empty())
      return base::worldError(
          "a step with an image needs the isolation that `--sandbox strict` asks for");
    if (llvm::Error error = startHelper())
      return error;
    std::string home = spawn.scratchDirectory + "/tmp/home";
    if (llvm::Error error = fill(spawn, home))
      return error;
    std::string secrets;
    if (!spawn.secretFiles.empty()) {
      llvm::Expected<std::string> folder = makeSecretsFolder(spawn);
      if (!folder)
        return folder.takeError();
      secrets = std::move(*folder);
    }
    MessageWriter message(MessageKind::Open);
    message.number(/*isolated=*/0);
    message.text(secrets);
    // Who closes a root with secrets finds them gone.
    return openSlot(spawn, message,
                    {spawn.scratchDirectory + "/w", home, spawn.scratchDirectory + "/tmp", secrets},
                    /*waitForEnd=*/!secrets.empty());
  }

private:
  static llvm::Error fill(const Spawn& spawn, const std::string& home);
};

llvm::Error ScratchRunner::fill(const Spawn& spawn, const std::string& home) {
  const std::string& scratch = spawn.scratchDirectory;
  // What an earlier root may have left there.
  for (const char* name : {"/i", "/tmp", "/w"})
    if (llvm::Error error = base::removeTree(scratch + name))
      return error;
  if (llvm::Error error = base::makeDirectories(home))
    return error;
  if (llvm::Error error = base::makeDirectories(scratch + "/i"))
    return error;
  for (const SpawnInput& input : spawn.inputs)
    if (llvm::Error error = copyInput(input, scratch + "/i/" + input.path))
      return error;
  return copyWork(spawn, scratch + "/w");
}

} // namespace

std::unique_ptr<HelperRunner> makeScratchRunner(std::string stateDirectory) {
  return std::make_unique<ScratchRunner>(std::move(stateDirectory));
}

} // namespace pipec::sandbox
