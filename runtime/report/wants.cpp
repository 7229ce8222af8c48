// Lists of wishes.
#include "runtime/report/wants.h"

#include "compiler/base/json.h"
#include "runtime/report/text.h"
#include "runtime/workspace/wish.h"

namespace pipec::report {

/// The first of those that want it, and how many others there are.
static std::string whoText(const exec::Want& want) {
  if (want.by.empty())
    return {};
  const plan::Node& first = *want.by.front();
  std::string text = ": " + printable(first.label) + " (" + printable(first.location.file) + ":" +
                     std::to_string(first.location.line) + ")";
  if (want.by.size() > 1)
    text += " and " + std::to_string(want.by.size() - 1) + " more";
  return text;
}

void writeWants(llvm::raw_ostream& out, llvm::ArrayRef<exec::Want> wants) {
  for (const exec::Want& want : wants)
    out << "wants          to " << printable(workspace::describe(want.wish)) << whoText(want)
        << ", " << (want.isGranted ? "granted" : "not granted") << '\n';
}

void writeWants(llvm::json::OStream& json, llvm::ArrayRef<exec::Want> wants) {
  json.attributeArray("wants", [&] {
    for (const exec::Want& want : wants)
      json.object([&] {
        json.attribute("kind", workspace::kindName(want.wish.kind));
        json.attribute("name", base::jsonText(want.wish.name));
        json.attribute("granted", want.isGranted);
        json.attributeArray("by", [&] {
          for (const plan::Node* node : want.by)
            json.object([&] {
              json.attribute("label", base::jsonText(node->label));
              json.attribute("file", base::jsonText(node->location.file));
              json.attribute("line", node->location.line);
            });
        });
      });
  });
}

} // namespace pipec::report
