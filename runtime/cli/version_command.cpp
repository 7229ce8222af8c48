// `pipec version`.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/sandbox/spawn.h"

namespace pipec::cli {

/// Counted up when a program that was right means something else, or is refused.
static constexpr int LanguageEdition = 1;

namespace {

struct IsolationReport {
  bool full = false;
  std::string missing; ///< why not
};

} // namespace

static IsolationReport probeIsolation() {
  auto runner = sandbox::makeSpawnRunner(sandbox::SandboxMode::Strict, "");
  if (runner)
    return {true, ""};
  return {false, base::describe(runner.takeError()).second};
}

llvm::Expected<ExitCode> runVersion(Words words, Streams& io) {
  auto invocation = invokeSimple("version", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto asJson = wantsJson((*invocation)->arguments);
  if (!asJson)
    return asJson.takeError();
  IsolationReport isolation = probeIsolation();
  llvm::StringRef kind = isolation.full ? "full" : "scratch";
  if (*asJson) {
    io.out << base::renderJson([&](llvm::json::OStream& json) {
      json.object([&] {
        json.attribute("schema", "pipec.version/1");
        json.attribute("version", PIPEC_VERSION);
        json.attribute("edition", LanguageEdition);
        json.attribute("isolation", kind);
        json.attribute("isolation_missing", base::jsonText(isolation.missing));
      });
    });
    return ExitCode::Success;
  }
  io.out << "pipec " << PIPEC_VERSION << "\nlanguage edition " << LanguageEdition
         << "\nisolation of steps: " << kind;
  if (!isolation.full)
    io.out << " (" << isolation.missing << ")";
  io.out << '\n';
  return ExitCode::Success;
}

} // namespace pipec::cli
