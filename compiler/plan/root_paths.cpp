// Paths in a step's root.
#include "compiler/plan/root_paths.h"

#include "llvm/ADT/Twine.h"

namespace pipec::plan {

std::string inputPath(const ActionSpec& spec, size_t index) {
  return ("/i/" + llvm::Twine(index + 1) + "/" + spec.inputs[index].baseName).str();
}

std::string outputPath(const ActionSpec& spec, size_t index) {
  if (spec.kind == ActionKind::Deploy)
    return ("/o/" + UrlOutput).str();
  return "/o/" + spec.outputs[index].fileName;
}

std::string previousInput(const ActionSpec& spec) {
  // The subject keeps the base name that its own input has, so that both look alike to the script.
  for (const Input& input : spec.inputs)
    if (spec.subject && input.artifact == *spec.subject)
      return "previous/" + input.baseName;
  return "previous/subject";
}

} // namespace pipec::plan
