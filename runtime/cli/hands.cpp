// Opening what a command needs to act on environments.
#include "runtime/cli/hands.h"

#include "compiler/base/error.h"
#include "runtime/cli/trust_options.h"
#include "runtime/report/text.h"
#include "runtime/workspace/quantities.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

std::vector<Option> handOptions() {
  std::vector<Option> options = {
      {"wait", 0, "DURATION",
       "how long to wait for an environment that is in use (default: 1min)"}};
  for (Option& option : executionOptions())
    if (llvm::is_contained({"sandbox", "network-env", "trust"}, option.name))
      options.push_back(std::move(option));
  return options;
}

llvm::Expected<std::unique_ptr<Hands>> Hands::open(const workspace::Workspace& workspace,
                                                   const CommonSettings& common,
                                                   const Arguments& arguments, Streams& io) {
  auto patience = workspace::parseDuration(arguments.value("wait").value_or("1min"));
  if (!patience)
    return patience.takeError();
  auto trust = readTrust(arguments, workspace);
  if (!trust)
    return trust.takeError();
  if (trust->isUntrusted())
    return base::usageError("an untrusted run (PIPEC_TRUST=0) does nothing to environments");
  auto configuration = workspace::readConfiguration(workspace, *trust);
  if (!configuration)
    return configuration.takeError();
  auto settings = readExecutionSettings(arguments, *configuration);
  if (!settings)
    return settings.takeError();
  auto warn = [&io](llvm::StringRef message) { io.warning(message); };
  if (llvm::Error error = workspace::prepareState(workspace, warn))
    return error;
  std::unique_ptr<Hands> hands(new Hands(io));
  hands->patience = *patience;
  auto session =
      engine::Session::open(workspace, common.places, *configuration, *trust, settings->sandbox,
                            engine::Purpose::Build, hands->cancellation, warn);
  if (!session)
    return session.takeError();
  hands->session = std::move(*session);
  auto acts = hands->session->makeOperator(std::move(settings->build.networkEnvironment));
  if (!acts)
    return acts.takeError();
  hands->acts.emplace(std::move(*acts));
  hands->interrupted = [raw = hands.get()] { return raw->wasInterrupted(); };
  hands->tell = [raw = hands.get()](llvm::StringRef holder) {
    raw->io.err << "waiting for `" << report::printable(raw->waitsFor) << "`, which is in use by "
                << (holder.empty() ? "another pipec" : report::printable(holder)) << '\n';
    raw->io.err.flush();
  };
  return hands;
}

environment::EnvironmentLock::Wait Hands::wait(const std::string& environment) {
  waitsFor = environment::nameOf(environment).str();
  return {patience, tell, interrupted};
}

} // namespace pipec::cli
