// The pages of docs/diagnostics.md: each code has one, its wrong program gives exactly that code,
// and its right one, which is near, gives nothing. What the wrong ones give is in
// tests/golden/pages.
#include "case_modules.h"
#include "golden_files.h"
#include "page_programs.h"

#include "compiler/base/overlay_files.h"
#include "compiler/diagnostics/apply_edits.h"
#include "compiler/diagnostics/pages.h"
#include "compiler/driver/compilation.h"
#include "memory_files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <catch2/catch.hpp>

#include <set>

using namespace pipec;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Page;

namespace {

/// Their programs cannot stand in a text file, or are too long for one; the cases that show them
/// and the nearest right ones are tests/golden/parse/fail_… and ok_near_CODE_….
constexpr Code WithoutPrograms[] = {Code::E0002, Code::E0011};

const std::vector<Page>& pages() {
  static const std::vector<Page> all = diagnostics::pagesOf(diagnostics::embeddedPages());
  return all;
}

/// One run of the compiler over a program.
struct Checked {
  std::unique_ptr<lower::MemoryFiles> files = std::make_unique<lower::MemoryFiles>();
  std::unique_ptr<driver::Compilation> compilation;
  std::string error; ///< of the command line

  const std::vector<Diagnostic>& all() const { return compilation->diagnostics().all(); }
};

Checked check(const golden::PageProgram& program, const std::string& text) {
  Checked checked;
  auto add = [&](llvm::StringRef path, const std::string& content) {
    checked.files->add(("/w/" + path).str(), {base::FileKind::Regular, content});
  };
  add("page.pipe", text);
  for (const auto& [path, content] : program.files)
    add(path, content);
  checked.compilation = std::make_unique<driver::Compilation>(*checked.files, "/w");
  llvm::cantFail(checked.compilation->load({"page.pipe"}));
  if (!program.lowered || checked.compilation->diagnostics().hasErrors())
    return checked;
  std::vector<plan::Parameter> parameters;
  for (const auto& [name, value] : program.parameters)
    parameters.push_back({name, value});
  auto lowered =
      checked.compilation->lower(checked.compilation->pipelines().front(), std::move(parameters));
  if (!lowered)
    checked.error = llvm::toString(lowered.takeError());
  return checked;
}

std::string rendered(const Checked& checked) {
  return golden::render(checked.compilation->sources(), checked.compilation->diagnostics()) +
         checked.error;
}

size_t countOf(const std::vector<Diagnostic>& all, const Diagnostic& wanted) {
  return static_cast<size_t>(llvm::count_if(all, [&](const Diagnostic& other) {
    return other.code == wanted.code && other.message == wanted.message;
  }));
}

/// Whether the same is said of the place at which `wanted` was before the fix was made. (The next
/// of several equal mistakes in one list may be told then.)
bool isStillThere(const std::vector<Diagnostic>& all, const Diagnostic& wanted,
                  const diagnostics::Fix& fix) {
  auto moved = static_cast<int64_t>(wanted.primary.range.begin);
  for (const diagnostics::Edit& edit : fix.edits)
    if (edit.range.end <= wanted.primary.range.begin)
      moved += static_cast<int64_t>(edit.replacement.size()) - (edit.range.end - edit.range.begin);
  return llvm::any_of(all, [&](const Diagnostic& other) {
    return other.code == wanted.code && other.message == wanted.message &&
           (other.primary.range.begin == moved ||
            other.primary.range.begin == wanted.primary.range.begin);
  });
}

/// How many lines of one are not in the other, at most.
size_t distance(llvm::StringRef a, llvm::StringRef b) {
  auto missingIn = [](llvm::StringRef text, llvm::StringRef other) {
    llvm::SmallVector<llvm::StringRef, 16> lines, others;
    text.split(lines, '\n');
    other.split(others, '\n');
    return static_cast<size_t>(llvm::count_if(
        lines, [&](llvm::StringRef line) { return !llvm::is_contained(others, line); }));
  };
  return std::max(missingIn(a, b), missingIn(b, a));
}

/// All fixes of one file, one at a time: the mistake is gone when it has been made.
void checkFixes(const std::vector<Diagnostic>& all, diagnostics::SourceFileId file,
                llvm::StringRef text,
                llvm::function_ref<std::vector<Diagnostic>(std::string)> checkAgain) {
  for (const Diagnostic& diagnostic : all)
    for (const diagnostics::Fix& fix : diagnostic.fixes) {
      bool here = llvm::all_of(
          fix.edits, [&](const diagnostics::Edit& edit) { return edit.range.file == file; });
      if (!here)
        continue;
      std::string fixed = diagnostics::applyEdits(text, fix.edits);
      INFO(diagnostics::codeName(diagnostic.code).str()
           << ": " << diagnostic.message << "\nfix: " << fix.description << "\n"
           << fixed);
      std::vector<Diagnostic> after = checkAgain(fixed);
      CHECK((countOf(after, diagnostic) < countOf(all, diagnostic) ||
             !isStillThere(after, diagnostic, fix)));
    }
}

} // namespace

TEST_CASE("every code has a page, with its title") {
  std::set<std::string> seen;
  for (const Page& page : pages()) {
    INFO(page.code.str());
    CHECK(seen.insert(page.code.str()).second);
    std::optional<Code> code = diagnostics::codeFromName(page.code);
    if (code)
      CHECK(page.title == diagnostics::codeTitle(*code));
    else
      CHECK(page.code.starts_with("R"));
    CHECK(page.text.contains("Why: "));
  }
  for (size_t index = 0; index < diagnostics::codeCount(); ++index)
    CHECK(seen.count(diagnostics::codeName(static_cast<Code>(index)).str()) == 1);
}

TEST_CASE("every code of the runtime has a page") {
  std::set<std::string> known;
  for (const Page& page : pages())
    known.insert(page.code.str());
  auto files = base::makeRealFileSystem();
  std::error_code failed;
  size_t found = 0;
  for (llvm::sys::fs::recursive_directory_iterator it(PIPEC_SOURCE_DIR "/runtime", failed), end;
       it != end && !failed; it.increment(failed)) {
    if (llvm::sys::path::extension(it->path()) != ".cpp")
      continue;
    std::string text = llvm::cantFail(files->read(it->path()));
    for (size_t at = text.find("\"R1"); at != std::string::npos; at = text.find("\"R1", at + 1)) {
      std::string code = text.substr(at + 1, 5);
      if (text.size() <= at + 6 || text[at + 6] != '"')
        continue;
      ++found;
      INFO(code << " in " << it->path());
      CHECK(known.count(code) == 1);
    }
  }
  CHECK(!failed);
  CHECK(found > 10);
}

TEST_CASE("the wrong program of a page gives its code, and nothing else") {
  for (const Page& page : pages()) {
    std::optional<Code> code = diagnostics::codeFromName(page.code);
    if (!code)
      continue;
    golden::PagePrograms programs = golden::programsOf(page.text);
    INFO(page.code.str() << "\n" << programs.wrong.text);
    if (llvm::is_contained(WithoutPrograms, *code)) {
      CHECK(programs.wrong.text.empty());
      continue;
    }
    REQUIRE(!programs.wrong.text.empty());
    Checked checked = check(programs.wrong, programs.wrong.text);
    std::string messages = rendered(checked);
    INFO(messages);
    CHECK(!checked.all().empty());
    CHECK(llvm::all_of(checked.all(), [&](const Diagnostic& d) { return d.code == *code; }));
    golden::checkSidecar(
        (golden::Root + "/" + golden::PagesFolder + "/" + page.code + ".diag").str(), messages);
  }
}

TEST_CASE("the folder of the pages has nothing else") {
  std::string folder = (golden::Root + "/" + golden::PagesFolder).str();
  for (llvm::StringRef file : golden::filesIn(folder)) {
    INFO(file.str());
    CHECK(file.ends_with(".diag"));
    CHECK(diagnostics::codeFromName(llvm::sys::path::stem(file)));
  }
}

TEST_CASE("the right program of a page gives nothing, and is near") {
  constexpr size_t FarthestInLines = 5;
  for (const Page& page : pages()) {
    std::optional<Code> code = diagnostics::codeFromName(page.code);
    if (!code || llvm::is_contained(WithoutPrograms, *code))
      continue;
    golden::PagePrograms programs = golden::programsOf(page.text);
    INFO(page.code.str() << "\n" << programs.right.text);
    REQUIRE(!programs.right.text.empty());
    Checked checked = check(programs.right, programs.right.text);
    CHECK(rendered(checked) == "");
    bool besides = programs.wrong.text == programs.right.text;
    CHECK((!besides || programs.wrong.files != programs.right.files ||
           programs.wrong.parameters != programs.right.parameters));
    CHECK(distance(programs.wrong.text, programs.right.text) <= FarthestInLines);
  }
}

TEST_CASE("what cannot stand on a page has cases of its own") {
  std::vector<std::string> names = golden::filesIn(golden::Root.str() + "/parse");
  for (Code code : WithoutPrograms) {
    std::string near = "ok_near_" + diagnostics::codeName(code).str() + "_";
    INFO(near);
    CHECK(llvm::any_of(names, [&](llvm::StringRef name) { return name.starts_with(near); }));
  }
}

TEST_CASE("a fix of a page mends its program") {
  for (const Page& page : pages()) {
    golden::PagePrograms programs = golden::programsOf(page.text);
    if (programs.wrong.text.empty())
      continue;
    Checked checked = check(programs.wrong, programs.wrong.text);
    const ast::ModuleGraph& graph = checked.compilation->graph();
    if (graph.roots.empty())
      continue;
    checkFixes(checked.all(), graph[graph.roots.front()].syntax.file, programs.wrong.text,
               [&](std::string text) { return check(programs.wrong, text).all(); });
  }
}

TEST_CASE("a fix of a golden case mends it") {
  auto disk = base::makeRealFileSystem();
  for (llvm::StringRef area : {"parse", "sema"}) {
    std::string folder = (golden::Root + "/" + area).str();
    auto checkAs = [&](const std::string& file, std::optional<std::string> text) {
      base::OverlayFiles files;
      if (text)
        files.put(folder + "/" + file, *text);
      auto compilation = std::make_unique<driver::Compilation>(files, folder);
      llvm::cantFail(compilation->load({file}));
      return compilation;
    };
    for (const std::string& file : golden::filesIn(folder)) {
      if (!llvm::StringRef(file).ends_with(".pipe"))
        continue;
      auto whole = checkAs(file, std::nullopt);
      const ast::ModuleGraph& graph = whole->graph();
      std::string text = llvm::cantFail(disk->read(folder + "/" + file));
      INFO(area.str() << "/" << file);
      checkFixes(whole->diagnostics().all(), graph[graph.roots.front()].syntax.file, text,
                 [&](std::string fixed) { return checkAs(file, fixed)->diagnostics().all(); });
    }
  }
}
