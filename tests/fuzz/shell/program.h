// From templates to the scripts that pipec runs: the whole path of the product.
#pragma once

#include "tests/fuzz/shell/template.h"

#include "runtime/cas/content_store.h"

#include <string>
#include <vector>

namespace pipec::fuzz {

/// A script as pipec makes it, and what its holes really hold.
struct RenderedCase {
  std::string script;
  std::vector<std::string> values; ///< one for each slot
};

struct RenderedTemplate {
  bool accepted = false; ///< by the compiler; else the rest is empty
  std::vector<RenderedCase> cases;
};

/// Puts each template into an action of one `.pipe` program, calls it with each of its sets of
/// values (`values[template][set][slot]`), compiles, and renders. A program that is wrong for
/// another reason than where its holes stand (E0803, E0804) is a failed test.
std::vector<RenderedTemplate>
renderTemplates(llvm::ArrayRef<Template> templates,
                llvm::ArrayRef<std::vector<std::vector<std::string>>> values,
                cas::ContentStore& store);

} // namespace pipec::fuzz
