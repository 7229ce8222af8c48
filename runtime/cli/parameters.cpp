// From a pipeline's parameters to options, and back from what was given.
#include "runtime/cli/parameters.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

using driver::PipelineInfo;

static std::string optionName(llvm::StringRef parameter) {
  std::string name = parameter.str();
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::vector<Option> parameterOptions(llvm::ArrayRef<engine::Selection> selections) {
  std::vector<Option> options;
  for (const engine::Selection& selection : selections)
    for (const PipelineInfo::Parameter& parameter : selection.pipeline.parameters) {
      std::string name = optionName(parameter.name);
      auto known = llvm::find_if(options, [&](const Option& o) { return o.name == name; });
      if (known != options.end()) {
        // A flag for one pipeline and a value for another: then it takes a value.
        if (!parameter.isBool && known->isBool) {
          known->isBool = false;
          known->value = parameter.type;
        }
        continue;
      }
      Option option;
      option.name = std::move(name);
      option.isBool = parameter.isBool;
      option.value = parameter.isBool ? "" : parameter.type;
      option.help = llvm::StringRef(parameter.doc).rtrim().str();
      std::string note = parameter.required              ? "must be given"
                         : parameter.defaultText.empty() ? ""
                                                         : "default: " + parameter.defaultText;
      if (parameter.isList)
        note += note.empty() ? "may be repeated" : "; may be repeated";
      if (!note.empty())
        option.help += (option.help.empty() ? "(" : " (") + note + ")";
      options.push_back(std::move(option));
    }
  return options;
}

std::vector<plan::Parameter> parametersOf(const PipelineInfo& pipeline,
                                          const Arguments& arguments) {
  std::vector<plan::Parameter> given;
  for (const PipelineInfo::Parameter& parameter : pipeline.parameters) {
    std::vector<std::string> values = arguments.values(optionName(parameter.name));
    if (!parameter.isList && values.size() > 1)
      values.erase(values.begin(), values.end() - 1);
    for (std::string& value : values)
      given.push_back({parameter.name, std::move(value)});
  }
  return given;
}

} // namespace pipec::cli
