// HelperRunner: what the two SpawnRunners have in common: running, cancelling, identity.
#pragma once

#include "runtime/sandbox/cpu_shares.h"
#include "runtime/sandbox/helper_client.h"
#include "runtime/sandbox/root_identity.h"
#include "runtime/sandbox/spawn.h"

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace pipec::sandbox {

class HelperRunner;

/// A root that the helper has open.
class HelperStepRoot final : public StepRoot {
public:
  /// What the commands find in their environment.
  struct Places {
    std::string work, home, temporary, secrets;
  };

  HelperStepRoot(HelperRunner& runner, std::unique_ptr<SlotConnection> slot, Places places,
                 Network network, bool waitForEnd, bool holds)
      : runner(runner), slot(std::move(slot)), places(std::move(places)), network(network),
        waitForEnd(waitForEnd), holds(holds) {}
  ~HelperStepRoot() override;

  llvm::Expected<SpawnResult> run(const Spawn& spawn) override;
  llvm::Expected<bool> copyOut(llvm::StringRef path, llvm::StringRef hostPath) override;
  llvm::Expected<std::vector<std::string>> resolve(const std::vector<std::string>& paths) override;

private:
  friend class HelperRunner;

  /// Sends a question and waits for the answer; reads its kind.
  llvm::Expected<MessageReader> ask(const MessageWriter& question, llvm::StringRef context,
                                    llvm::ArrayRef<int> files = {});

  HelperRunner& runner;
  std::unique_ptr<SlotConnection> slot;
  Places places;
  Network network;
  bool waitForEnd;
  bool holds;          ///< a descriptor: it acts on the world
  bool broken = false; ///< its slot failed; nothing more can be run
};

class HelperRunner : public SpawnRunner {
public:
  HelperRunner(bool isolated, std::string stateDirectory)
      : isolated(isolated), stateDirectory(std::move(stateDirectory)),
        identity(this->stateDirectory) {}

  llvm::Expected<base::Digest> rootFingerprint() override { return identity.fingerprint(); }
  llvm::Expected<std::optional<base::Digest>> toolDigest(llvm::StringRef program) override {
    return identity.toolDigest(program);
  }
  void cancel(std::chrono::milliseconds grace) override;
  void cancelOthers(std::chrono::milliseconds grace) override;
  bool isCancelled() override {
    std::lock_guard lock(mutex);
    return cancelled || othersCancelled;
  }

  /// Starts the helper, if that was not done yet.
  llvm::Error startHelper();

protected:
  llvm::Expected<std::unique_ptr<StepRoot>> openSlot(const Spawn& spawn,
                                                     const MessageWriter& message,
                                                     HelperStepRoot::Places places,
                                                     bool waitForEnd);

private:
  friend class HelperStepRoot;

  const bool isolated;
  const std::string stateDirectory;
  RootIdentity identity;
  std::mutex starting;
  std::unique_ptr<HelperClient> helper;

  std::mutex mutex; ///< of what follows; taken before any SlotConnection::sending
  bool cancelled = false;
  bool othersCancelled = false; ///< all that hold nothing
  std::set<HelperStepRoot*> running;

  CpuShares cpuShares{CpuShares::ofThisProcess()};

  /// Sends the command unless everything was cancelled: then false.
  llvm::Expected<bool> begin(HelperStepRoot& root, const MessageWriter& message,
                             llvm::ArrayRef<int> files);
  void end(HelperStepRoot& root);
  /// With the mutex held.
  void sendCancel(std::chrono::milliseconds grace, bool toHolders);
};

/// Full isolation. Nothing is started until the first root is opened.
std::unique_ptr<HelperRunner> makeIsolatedRunner(std::string stateDirectory);
/// No isolation: a scratch directory for each root.
std::unique_ptr<HelperRunner> makeScratchRunner(std::string stateDirectory);

} // namespace pipec::sandbox
