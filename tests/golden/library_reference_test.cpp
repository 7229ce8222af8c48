// Everything public in the standard library is documented, and docs/stdlib.md says so.
#include "case_modules.h"
#include "golden_files.h"
#include "library_reference.h"

#include "stdlib/stdlib.h"

#include "llvm/Support/Path.h"

#include <catch2/catch.hpp>

using namespace pipec;
using llvm::StringRef;

namespace {

constexpr llvm::StringLiteral ReferencePath = PIPEC_SOURCE_DIR "/docs/stdlib.md";

constexpr llvm::StringLiteral Introduction = R"(# The standard library

`use std.git` binds `git`; the members are called as below: `git.checkout(…)`. Everything is written in the language (`stdlib/std/`), and none
of it needs what a module of yours could not do; copy and change what does not fit.

- *Needs* names Debian packages that the step's root must have: that of the machine, or that of the `image`.
- A source is fetched anew when the answer of its question is new, or, where it asks none, when its arguments are. A build runs anew when its command or the
  content of what it mentions is new; a passing test likewise. A deploy acts when its environment does not run this content. Nothing else counts.
- The first argument is given by position, all others by name.

This page is made from the doc comments of the modules: `PIPEC_UPDATE_GOLDEN=1 ctest -R stdlib.md` writes it.

| module | is for |
| --- | --- |
)";

struct LibraryModule {
  StringRef name;
  StringRef text;
  ast::Module syntax;
};

std::vector<LibraryModule> parseLibrary() {
  std::vector<LibraryModule> result;
  diagnostics::SourceManager sources;
  for (const stdlib::Module& module : stdlib::modules()) {
    diagnostics::DiagnosticList diagnostics;
    diagnostics::SourceFileId file = sources.add(module.path.str(), module.text.str());
    result.push_back({llvm::sys::path::stem(module.path), module.text,
                      parse::parseModule(sources, file, diagnostics)});
    REQUIRE(diagnostics.all().empty());
  }
  return result;
}

std::string reference() {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << Introduction;
  std::vector<LibraryModule> library = parseLibrary();
  for (const LibraryModule& module : library)
    out << "| [std." << module.name << "](#std" << module.name << ") | "
        << golden::summaryOf(module.name, module.syntax.doc) << " |\n";
  for (const LibraryModule& module : library)
    golden::writeReference(out, module.name, module.text, module.syntax);
  return text;
}

template <class Parts> void checkParts(const Parts& parts) {
  for (const auto& part : parts) {
    INFO("of it: " << part.name.text);
    CHECK(!StringRef(part.doc).trim().empty());
  }
}

void checkDocumented(const ast::Decl& decl) {
  StringRef doc = StringRef(decl.doc).trim();
  CHECK(!doc.empty());
  if (const auto* fn = std::get_if<ast::FnDecl>(&decl.node))
    checkParts(fn->params);
  if (const auto* type = std::get_if<ast::TypeDecl>(&decl.node))
    checkParts(type->fields);
  if (const auto* enumeration = std::get_if<ast::EnumDecl>(&decl.node))
    checkParts(enumeration->members);
  if (const auto* action = std::get_if<ast::ActionDecl>(&decl.node)) {
    checkParts(action->params);
    CHECK(doc.contains("\nNeeds: "));
  }
}

} // namespace

TEST_CASE("everything public in the standard library is documented") {
  for (const LibraryModule& module : parseLibrary()) {
    CHECK(StringRef(module.syntax.doc).starts_with("std." + module.name.str() + ": "));
    for (const ast::Decl& decl : module.syntax.decls) {
      INFO("std." << module.name.str() << ": " << nameOf(decl).text);
      if (decl.isPublic)
        checkDocumented(decl);
    }
  }
}

TEST_CASE("docs/stdlib.md is what the doc comments say") {
  golden::checkSidecar(ReferencePath.str(), reference());
}
