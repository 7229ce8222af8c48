// The fixed variables of a step.
#include "runtime/sandbox/step_environment.h"

#include "compiler/base/fixed_time.h"

#include <map>

namespace pipec::sandbox {

std::vector<std::string> stepEnvironment(const Spawn& spawn, llvm::StringRef home,
                                         llvm::StringRef temporary, llvm::StringRef secrets) {
  std::map<std::string, std::string> variables = {
      {"HOME", home.str()},        {"LANG", "C.UTF-8"},
      {"LOGNAME", StepUser},       {"PATH", StepPath},
      {"PYTHONHASHSEED", "0"},     {"SOURCE_DATE_EPOCH", std::to_string(base::FixedTime)},
      {"TMPDIR", temporary.str()}, {"TZ", "UTC0"},
      {"USER", StepUser},
  };
  if (!spawn.secretFiles.empty())
    variables["SECRETS"] = secrets.str();
  for (const Variable& variable : spawn.environment)
    variables[variable.name] = variable.value;
  std::vector<std::string> result;
  result.reserve(variables.size());
  for (const auto& [name, value] : variables)
    result.push_back(name + "=" + value);
  return result;
}

} // namespace pipec::sandbox
