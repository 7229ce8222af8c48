// Running a step: prepare the root, run the commands one by one, keep what they made.
#include "runtime/exec/step.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/size_text.h"
#include "runtime/cas/too_large.h"
#include "runtime/cas/unstorable.h"
#include "runtime/exec/output_check.h"
#include "runtime/exec/platform.h"
#include "runtime/exec/pool_reads.h"
#include "runtime/exec/render.h"
#include "runtime/exec/secret_values.h"
#include "runtime/exec/step_failure.h"
#include "runtime/exec/step_log.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace pipec::exec {

StepRunner::StepRunner(cas::ContentStore& contents, sandbox::SpawnRunner& spawns,
                       std::string scratchFolder, bool hasOtherCache, unsigned maxCpus)
    : store(contents), runner(spawns), roots(contents, spawns), scratch(std::move(scratchFolder)),
      mayMove(hasOtherCache), cpus(maxCpus) {}

static int64_t now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

namespace {

/// One run of one step, from its scratch folder to its outcome.
class Step {
public:
  Step(cas::ContentStore& store, sandbox::SpawnRunner& runner, image::ImageRoots& images,
       const BoundAction& action, const StepOptions& options, std::string folder, bool mayMove,
       unsigned maxCpus)
      : store(store), runner(runner), images(images), action(action), options(options),
        folder(std::move(folder)), mayMove(mayMove), secrets(options), maxCpus(maxCpus) {}

  llvm::Expected<StepOutcome> run(llvm::ArrayRef<plan::Command> commands);

private:
  llvm::Expected<StepOutcome> runAndKeep(llvm::ArrayRef<plan::Command> commands);
  llvm::Error checkDisk(bool hasFailed) const;
  llvm::Error prepare(llvm::ArrayRef<plan::Command> commands);
  llvm::Error useImage();
  llvm::Error refuseImage(llvm::Error error);
  llvm::Error refuseUnstorable(llvm::Error error, const llvm::Twine& what);
  llvm::Error addInput(std::string path, const cas::Content& content);
  llvm::Error addWork();
  llvm::Error renderCommands(llvm::ArrayRef<plan::Command> commands);
  llvm::Expected<std::string> materialised(const cas::Content& content);
  llvm::Error runCommands(llvm::ArrayRef<plan::Command> commands);
  llvm::Error keepReads(sandbox::StepRoot& root);
  llvm::Error keepLogs();
  llvm::Error keepOutputs();
  llvm::Expected<bool> hasNoSecret(const std::string& path, const llvm::Twine& what);
  llvm::Error refuseTooLarge(llvm::Error error);
  llvm::Error keepOutput(const plan::Output& output);
  llvm::Error keepUrl();
  llvm::Error keepReport();
  void fail(llvm::StringRef code, const llvm::Twine& message);

  std::string logPath(size_t command, llvm::StringRef stream) const {
    return (folder + "/" + llvm::Twine(command) + "." + stream).str();
  }
  bool isTest() const {
    return action.spec.kind == plan::ActionKind::Test ||
           action.spec.kind == plan::ActionKind::LiveTest;
  }

  cas::ContentStore& store;
  sandbox::SpawnRunner& runner;
  image::ImageRoots& images;
  const BoundAction& action;
  const StepOptions& options;
  std::string folder;
  bool mayMove;
  SecretValues secrets;
  unsigned maxCpus;
  sandbox::Spawn spawn;
  std::vector<std::vector<std::string>> arguments; ///< of each command
  size_t commandsRun = 0;
  StepOutcome outcome;
};

} // namespace

void Step::fail(llvm::StringRef code, const llvm::Twine& message) {
  plan::Location location =
      action.spec.run.empty() ? plan::Location{} : action.spec.run.front().location;
  outcome.failure = StepFailure{code.str(), message.str(), std::move(location), false};
}

llvm::Expected<std::string> Step::materialised(const cas::Content& content) {
  auto path = store.materialise(content);
  if (!path)
    return path.takeError();
  if (!*path)
    return cas::lostContent(content.digest);
  return std::move(**path);
}

llvm::Error Step::addInput(std::string path, const cas::Content& content) {
  auto hostPath = materialised(content);
  if (!hostPath)
    return hostPath.takeError();
  spawn.inputs.push_back(
      {std::move(path), std::move(*hostPath), content.kind == cas::EntryKind::Directory});
  return llvm::Error::success();
}

llvm::Error Step::addWork() {
  for (const WorkPart& part : action.work) {
    if (part.path.empty()) {
      auto hostPath = materialised(part.content);
      if (!hostPath)
        return hostPath.takeError();
      spawn.work.push_back({"", std::move(*hostPath)});
      continue;
    }
    // Inside a folder that holds nothing else the sandbox can use it as it is (see WorkLayer).
    auto wrapper = cas::compose(store, {{part.path, part.content}});
    if (!wrapper)
      return wrapper.takeError();
    auto hostPath = materialised({cas::EntryKind::Directory, *wrapper});
    if (!hostPath)
      return hostPath.takeError();
    spawn.work.push_back({part.path, *hostPath + "/" + part.path});
  }
  return llvm::Error::success();
}

llvm::Error Step::renderCommands(llvm::ArrayRef<plan::Command> commands) {
  auto place = [&](llvm::StringRef path) { return runner.renderPath(spawn, path); };
  RenderContext context{action, options, store, place};
  llvm::append_range(spawn.environment, options.environment);
  for (const plan::EnvironmentVariable& variable : action.spec.environment) {
    auto value = renderArg(variable.value, context);
    if (!value)
      return value.takeError();
    spawn.environment.push_back({variable.name, std::move(*value)});
  }
  spawn.environment.insert(spawn.environment.end(), options.secrets.begin(), options.secrets.end());
  for (const plan::Command& command : commands) {
    auto words = renderCommand(command, context);
    if (!words)
      return words.takeError();
    bool isScript = std::holds_alternative<plan::Script>(command.what);
    if (isScript && words->back().size() > MaxScriptArgument) {
      auto digest = store.putBytes(words->back());
      if (!digest)
        return digest.takeError();
      std::string name = "script/" + std::to_string(arguments.size()) + ".sh";
      if (llvm::Error error = addInput(name, {cas::EntryKind::File, *digest}))
        return error;
      words->back() = ". '" + place("/i/" + name) + "'";
    }
    arguments.push_back(std::move(*words));
  }
  return llvm::Error::success();
}

llvm::Error Step::prepare(llvm::ArrayRef<plan::Command> commands) {
  spawn.outputDirectory = folder + "/o";
  spawn.scratchDirectory = folder + "/scratch";
  if (isTest())
    spawn.reportDirectory = folder + "/report";
  for (const std::string& path :
       {spawn.outputDirectory, spawn.scratchDirectory, spawn.reportDirectory})
    if (!path.empty())
      if (llvm::Error error = base::makeDirectories(path))
        return error;
  for (const plan::Output& output : action.spec.outputs)
    if (llvm::Error error = base::makeDirectories(
            llvm::sys::path::parent_path(spawn.outputDirectory + "/" + output.fileName)))
      return error;
  for (size_t i = 0; i < action.inputs.size(); ++i)
    if (llvm::Error error =
            addInput(plan::inputPath(action.spec, i).substr(strlen("/i/")), action.inputs[i]))
      return error;
  if (options.previous)
    if (llvm::Error error = addInput(plan::previousInput(action.spec), *options.previous))
      return error;
  if (llvm::Error error = addWork())
    return error;
  spawn.network = options.network;
  spawn.hostPaths = options.hostPaths;
  spawn.secretFiles = options.secretFiles;
  spawn.heldDescriptor = options.heldDescriptor;
  spawn.nestedNamespaces = action.spec.nestedNamespaces;
  spawn.timeout = action.spec.timeout;
  spawn.cpus = static_cast<unsigned>(std::min<int64_t>(action.spec.cpus.value_or(0), maxCpus));
  return renderCommands(commands);
}

llvm::Error Step::useImage() {
  if (!action.image)
    return llvm::Error::success();
  auto root = images.open(*action.image);
  if (!root)
    return root.takeError();
  spawn.imageRoot = std::move(root->path);
  spawn.environment = std::move(root->environment);
  return llvm::Error::success();
}

/// An image that cannot be a root fails the step that wants it, and no machine.
llvm::Error Step::refuseImage(llvm::Error error) {
  return llvm::handleErrors(
      std::move(error), [&](const image::BadImage& bad) { fail(bad.code(), bad.message()); },
      [&](const image::UnpackingCancelled& cancelled) {
        fail("R1004", cancelled.message());
        outcome.failure->cancelled = true;
      });
}

llvm::Error Step::runCommands(llvm::ArrayRef<plan::Command> commands) {
  auto root = runner.open(spawn);
  if (!root)
    return root.takeError();
  for (size_t i = 0; i < commands.size() && !outcome.failure; ++i) {
    spawn.arguments = arguments[i];
    if (spawn.arguments.empty()) {
      outcome.failure =
          StepFailure{"R1004", "the argument vector is empty", commands[i].location, false};
      break;
    }
    spawn.stdoutPath = logPath(i, "stdout");
    spawn.stderrPath = logPath(i, "stderr");
    if (options.trace)
      spawn.tracePath = logPath(i, "trace");
    ++commandsRun;
    auto result = (*root)->run(spawn);
    if (!result)
      return result.takeError();
    if (options.trace)
      if (llvm::Error error = readTrace(
              spawn.tracePath, [&](llvm::StringRef path) { return runner.renderPath(spawn, path); },
              outcome.trace))
        return error;
    outcome.cpuMs += result->cpuTime.count();
    outcome.peakMemory = std::max(outcome.peakMemory, result->peakMemory);
    if (!result->succeeded())
      outcome.failure = failureOf(commands[i], isTest(), spawn, *result);
  }
  // As long as `/w` is there.
  bool hasDepfile = action.spec.depfile && options.makesOutputs;
  return hasDepfile && !outcome.failure ? keepReads(**root) : llvm::Error::success();
}

llvm::Error Step::keepReads(sandbox::StepRoot& root) {
  auto found = readDepfile(root, runner, spawn, action.spec, folder + "/depfile");
  if (!found)
    return found.takeError();
  if (!found->problem.empty())
    fail(found->code, found->problem);
  outcome.reads = std::move(found->reads);
  return llvm::Error::success();
}

llvm::Error Step::keepLogs() {
  for (auto [stream, kept] :
       {std::pair("stdout", &outcome.stdoutDigest), std::pair("stderr", &outcome.stderrDigest)}) {
    std::vector<std::string> files;
    for (size_t i = 0; i < commandsRun; ++i)
      files.push_back(logPath(i, stream));
    auto digest = keepLog(files, secrets, store);
    if (!digest)
      return digest.takeError();
    *kept = *digest;
  }
  return llvm::Error::success();
}

/// What a step made that cannot be kept is its own fault, and no machine's.
llvm::Error Step::refuseUnstorable(llvm::Error error, const llvm::Twine& what) {
  std::string shown = what.str();
  return llvm::handleErrors(std::move(error), [&](const cas::Unstorable& found) {
    // Of a test that failed the failure counts, and not what it left.
    if (!outcome.failure)
      fail("R1022", shown + " cannot be kept" +
                        (found.path.empty() ? "" : ", because of `" + found.path + "` in it") +
                        ": " + found.why + "; the step has to remove or replace it before it ends");
  });
}

/// What the step made is kept, for all who can read the cache, only without the values of secrets.
llvm::Expected<bool> Step::hasNoSecret(const std::string& path, const llvm::Twine& what) {
  std::string shown = what.str();
  // The search is not made for what cannot be kept, a tree that is 30,000 folders deep, say.
  bool hasSecrets = !options.secrets.empty() || !options.secretFiles.empty();
  if (llvm::Error error = hasSecrets ? cas::checkStorable(path) : llvm::Error::success())
    return error;
  auto found = secrets.findIn(path);
  if (!found)
    return found.takeError();
  if (!*found)
    return true;
  std::string file = (*found)->path;
  secrets.mask(file);
  fail("R1020", shown + " contains the value of the secret `" + (*found)->name + "`" +
                    (file.empty() ? "" : ", in `" + file + "`"));
  return false;
}

/// What claims to be larger than the disk fails the step that made it, and no machine.
llvm::Error Step::refuseTooLarge(llvm::Error error) {
  return llvm::handleErrors(std::move(error), [&](const cas::TooLarge& large) {
    fail("R1030", "the commands made a file that is too large: " + large.message());
  });
}

llvm::Error Step::keepOutput(const plan::Output& output) {
  std::string path = spawn.outputDirectory + "/" + output.fileName;
  auto wrong = checkOutput(path, output, outcome.undeclared, *base::makeRealFileSystem());
  if (!wrong)
    return wrong.takeError();
  if (*wrong) {
    fail((*wrong)->code, (*wrong)->message);
    return llvm::Error::success();
  }
  std::string shown = "the output `" + output.name + "`";
  auto isClean = hasNoSecret(path, shown);
  if (!isClean || !*isClean)
    return refuseUnstorable(isClean.takeError(), shown);
  auto content = store.putPath(path, /*consume=*/true);
  if (!content)
    return refuseUnstorable(content.takeError(), shown);
  outcome.outputs.push_back({output.name, *content});
  return llvm::Error::success();
}

llvm::Error Step::keepOutputs() {
  if (action.spec.kind == plan::ActionKind::Deploy)
    return keepUrl();
  auto undeclared =
      undeclaredOutputs(spawn.outputDirectory, action.spec, *base::makeRealFileSystem());
  if (!undeclared)
    return undeclared.takeError();
  outcome.undeclared = std::move(*undeclared);
  for (const plan::Output& output : action.spec.outputs) {
    if (llvm::Error error = refuseTooLarge(keepOutput(output)))
      return error;
    if (outcome.failure) {
      outcome.outputs.clear();
      return llvm::Error::success();
    }
  }
  return llvm::Error::success();
}

/// What a deploy may write to its `out`.
llvm::Error Step::keepUrl() {
  auto files = base::makeRealFileSystem();
  std::string path = (spawn.outputDirectory + "/" + plan::UrlOutput).str();
  auto status = files->status(path, /*followLinks=*/false);
  if (!status)
    return status.takeError();
  if (!*status || (*status)->kind != base::FileKind::Regular)
    return llvm::Error::success();
  static constexpr uint64_t LongestUrl = 64 * 1024;
  if ((*status)->size > LongestUrl) {
    fail("R1030", "the commands wrote " + base::sizeText((*status)->size) +
                      " where the URL of the deployment is expected");
    return llvm::Error::success();
  }
  auto text = files->read(path);
  if (!text)
    return text.takeError();
  outcome.url = llvm::StringRef(*text).trim().str();
  secrets.mask(outcome.url);
  return llvm::Error::success();
}

llvm::Error Step::keepReport() {
  if (spawn.reportDirectory.empty())
    return llvm::Error::success();
  auto isClean = hasNoSecret(spawn.reportDirectory, "the report");
  if (!isClean || !*isClean)
    return refuseUnstorable(isClean.takeError(), "the report");
  auto report = store.putPath(spawn.reportDirectory, /*consume=*/true);
  if (!report)
    return refuseUnstorable(report.takeError(), "the report");
  outcome.report = *report;
  return llvm::Error::success();
}

llvm::Expected<StepOutcome> Step::runAndKeep(llvm::ArrayRef<plan::Command> commands) {
  if (auto wrong = action.spec.platform ? wrongPlatform(*action.spec.platform) : std::nullopt)
    fail("R1010", *wrong);
  else if (llvm::Error error = refuseImage(useImage()))
    return error;
  if (outcome.failure) {
    outcome.started = now();
    if (llvm::Error error = keepLogs())
      return error;
    return std::move(outcome);
  }
  if (llvm::Error error = prepare(commands))
    return error;
  outcome.started = now();
  auto begin = std::chrono::steady_clock::now();
  if (llvm::Error error = runCommands(commands))
    return error;
  outcome.durationMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - begin)
                           .count();
  if (llvm::Error error = keepLogs())
    return error;
  if (llvm::Error error = refuseTooLarge(keepReport()))
    return error;
  if (!outcome.failure && options.makesOutputs)
    if (llvm::Error error = keepOutputs())
      return error;
  return std::move(outcome);
}

/// A step may have failed because the disk took no more: then it takes no more now, as long as what
/// the step wrote is still there. A deploy that has begun is not begun again for that.
llvm::Error Step::checkDisk(bool hasFailed) const {
  if (!hasFailed || action.spec.kind == plan::ActionKind::Deploy ||
      action.spec.kind == plan::ActionKind::LiveTest)
    return llvm::Error::success();
  if (llvm::Error error = base::makeDirectories(folder))
    return llvm::make_error<cas::UnusableStore>(base::describe(std::move(error)).second);
  if (llvm::Error error = cas::checkRoom(folder))
    return error;
  // Quotas, and disks that have become read-only.
  std::string some(64 * 1024, ' ');
  if (llvm::Error error = base::writeFileAtomically(folder + "/probe", some))
    return llvm::make_error<cas::UnusableStore>(base::describe(std::move(error)).second);
  return llvm::Error::success();
}

llvm::Expected<StepOutcome> Step::run(llvm::ArrayRef<plan::Command> commands) {
  auto cleanUp = llvm::make_scope_exit([&] { llvm::consumeError(base::removeTree(folder)); });
  auto end = runAndKeep(commands);
  bool hasFailed = !end || (end->failure && !end->failure->cancelled);
  if (llvm::Error error = checkDisk(hasFailed && mayMove)) {
    llvm::consumeError(end.takeError());
    return error;
  }
  return end;
}

llvm::Expected<StepOutcome> StepRunner::run(const BoundAction& action,
                                            llvm::ArrayRef<plan::Command> commands,
                                            const StepOptions& options) {
  static std::atomic<uint64_t> serial = 0;
  std::string folder = scratch + "/step-" + std::to_string(serial.fetch_add(1));
  return Step(store, runner, roots, action, options, std::move(folder), mayMove, cpus)
      .run(commands);
}

} // namespace pipec::exec
