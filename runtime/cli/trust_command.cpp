// `pipec trust`: what was set aside because this user's pipec had not made it is taken back.
#include "runtime/cli/command.h"

#include "compiler/base/error.h"
#include "runtime/cli/invocation.h"
#include "runtime/report/text.h"
#include "runtime/workspace/state_folder.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::cli {

std::vector<Option> trustOptions() {
  return {};
}

llvm::Expected<ExitCode> runTrust(Words words, Streams& io) {
  auto invocation = invokeSimple("trust", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  if (!(*invocation)->arguments.words().empty())
    return base::usageError("`pipec trust` wants no arguments; `-C DIR` names a workspace");
  auto workspace = findWorkspace();
  if (!workspace)
    return workspace.takeError();
  // What is there is set aside first, so that there is one way of taking back.
  if (llvm::Error error = prepareState(*workspace, [](llvm::StringRef) {}))
    return error;
  auto lock = WorkspaceLock::take(*workspace, [&](llvm::StringRef holder) {
    io.err << "waiting for " << holder << ", which builds in this workspace\n";
  });
  if (!lock)
    return lock.takeError();
  auto adopted = workspace::adopt(workspace->root);
  if (!adopted)
    return adopted.takeError();
  std::string shown = report::printable(workspace->root + "/.pipec");
  if (adopted->empty())
    io.err << "there is nothing to take back in `" << shown << "`\n";
  else
    io.err << "`" << shown << "` is believed: " << report::printable(llvm::join(*adopted, ", "))
           << '\n';
  return ExitCode::Success;
}

} // namespace pipec::cli
